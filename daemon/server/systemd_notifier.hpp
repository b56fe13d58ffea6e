// Notifies the service manager that the daemon is ready, reloading, stopping or alive, and of its
// status, with the protocol of sd_notify(3).
//
// Not through libsystemd: its sd_notify() blocks while the manager's queue is full. A message that
// does not fit is kept and retried by a timer: state changes in order, but only the latest status.
// What is kept is bounded: a reload replaces an earlier one that has not been sent yet.
//
// Without a manager, nothing is sent and no timer runs. If the manager wants no watchdog, no timer
// runs while nothing happens.
#pragma once

#include "common/loop/event_loop.hpp"
#include "common/sys/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

struct ServiceFigures {
    std::size_t connections = 0;  // now
    std::uint64_t messages = 0;   // since the start, as are the others
    std::uint64_t refused = 0;
    std::string trouble;    // why the log is paused; empty: not paused
    std::string refusal{};  // what was refused, a reload or a restart, and why; empty: nothing
};

class SystemdNotifier {
   public:
    // The status is sent at most once per interval, except on start and stop.
    static constexpr Duration STATUS_INTERVAL = std::chrono::seconds{5};

    // What one process leaves to the next, which has the same pid.
    struct Manager {
        std::string address;  // empty: none
        Duration watchdog{};  // 0: none
    };

    // Takes $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID out of the environment. Without a
    // socket, or with one that is neither a path nor abstract ("@NAME"), there is no manager.
    // `figures` is called when a status is due.
    SystemdNotifier(EventLoop& loop, Callback<ServiceFigures()> figures);
    SystemdNotifier(EventLoop& loop, Callback<ServiceFigures()> figures, const Manager& manager);
    [[nodiscard]] Manager manager() const { return {address_, watchdog_interval_}; }

    // From now on, connecting clients are served. Starts the watchdog.
    void ready() noexcept;
    // The same after a restart in place, which did not restart the manager's watchdog: feeds it at
    // once, however many restarts follow each other.
    void ready_again() noexcept;
    // A reload has begun...
    void reloading() noexcept;
    // ...and ended, successfully or not; or this process gives way to its successor, and was told
    // to stay.
    void reloaded() noexcept;
    void stopping() noexcept;

    // The figures may have changed. Very cheap, however often it is called.
    void changed() noexcept;

   private:
    enum class Notice : std::uint8_t { ready, reloading, stopping, watchdog };
    struct Waiting {
        Notice notice;
        std::string text;
    };

    [[nodiscard]] bool exists() const noexcept { return !address_.empty(); }
    void take_watchdog();
    void notify(Notice notice, std::string text) noexcept;
    void notify_status() noexcept;
    void feed_watchdog() noexcept;
    void deliver() noexcept;
    [[nodiscard]] bool deliver_all() noexcept;
    [[nodiscard]] bool send(std::string_view text) noexcept;
    [[nodiscard]] std::string status_text(const ServiceFigures& figures) const;

    EventLoop& loop_;
    Callback<ServiceFigures()> figures_;
    std::string address_;  // empty: no manager
    UniqueFd socket_;
    Duration watchdog_interval_{};  // 0: no watchdog
    Timer watchdog_timer_;

    std::vector<Waiting> waiting_;
    bool status_waits_ = false;
    Duration retry_delay_{};
    Timer retry_timer_;

    std::string status_;  // as last sent, or about to be
    // When the last status was made.
    TimePoint counted_at_;
    std::uint64_t counted_messages_ = 0;
    bool stopping_ = false;
    Timer status_timer_;
};

}  // namespace hark
