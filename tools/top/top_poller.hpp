// Polls the daemon's status and clients every second, and continues when the daemon has gone.
#pragma once

#include "common/loop/timer.hpp"
#include "tools/control/control_connection.hpp"
#include "tools/control/daemon_status.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hark {

// The daemon's replies at one point in time.
struct TopSample {
    std::string status_said;  // JSON, safe to show
    DaemonStatus status;
    std::vector<ClientStatus> clients;  // in order of their numbers
    bool all_clients = true;            // false: only the first ones
};

// Receives the samples. Must not destroy the poller.
class TopListener {
   public:
    TopListener() noexcept = default;
    TopListener(const TopListener&) = delete;
    TopListener& operator=(const TopListener&) = delete;
    virtual ~TopListener() = default;

    virtual void on_sample(TopSample& sample) noexcept = 0;
    // The daemon did not reply. Polling continues unless stop() is called.
    virtual void on_lost(const ControlFailure& failure) noexcept = 0;
};

class TopPoller final : private ControlListener {
   public:
    static constexpr Duration INTERVAL = std::chrono::seconds{1};
    // With more clients, only this many are requested: watching a daemon must not keep it busy.
    static constexpr std::size_t MOST_CLIENTS = 5000;

    // All must outlive it.
    TopPoller(EventLoop& loop, TopListener& listener, const std::string& control) noexcept;

    // May call the listener before it returns.
    void start() noexcept { poll(); }
    void stop() noexcept;

   private:
    void on_reply(const varlink::Reply& reply) noexcept override;
    void on_control_failure(const ControlFailure& failure) noexcept override;
    void poll() noexcept;
    void ask_for_clients(std::uint64_t after);
    void take_status(const varlink::Json& reply);
    void take_clients(const varlink::Json& reply);
    void fail(const ControlFailure& failure) noexcept;

    TopListener& listener_;
    const std::string& control_;
    EventLoop& loop_;
    ControlConnection connection_;
    Timer timer_;
    TopSample sample_;
    bool has_status_ = false;  // and now the clients are being requested
    std::uint64_t after_ = 0;  // request clients with numbers after this one
    TimePoint next_{};         // when to poll next
};

}  // namespace hark
