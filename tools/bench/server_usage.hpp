// What the daemon used for a load, from its own figures: asked for over its control socket before,
// during and after. It is not a failure if they are unavailable; the reason is reported.
#pragma once

#include "tools/bench/quotient.hpp"
#include "tools/control/control_connection.hpp"
#include "tools/control/daemon_status.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hark {

class ServerUsage final : private ControlListener {
   public:
    struct Figures {
        std::string version{};
        std::uint64_t messages = 0;  // recorded from any client since the last start()
        double cpu = 0;              // seconds of processor time, since then
        std::uint64_t memory = 0;    // bytes, at the end

        [[nodiscard]] double cpu_per_message() const noexcept {
            return quotient(cpu, static_cast<double>(messages));
        }
    };

    // `on_settled` is called when no query is pending: it was answered or has failed.
    ServerUsage(EventLoop& loop, Callback<void()> on_settled) noexcept
        : on_settled_{on_settled}, connection_{loop, *this} {}

    // The first query, before anything is sent. `path`: as in ControlConnection::open().
    void open(const std::string& path);
    // Usage counts from the reply to this query; without it, from the reply to open().
    void start() noexcept { ask(Point::start); }
    void finish() noexcept { ask(Point::finish); }
    [[nodiscard]] bool waits() const noexcept { return waits_; }

    // Requires finish(). `acknowledged`: messages acknowledged to us since open(). Nothing if
    // unknown; then trouble() says why.
    [[nodiscard]] std::optional<Figures> figures(std::uint64_t acknowledged);
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

   private:
    enum class Point : std::uint8_t { open, start, finish };

    void ask(Point point) noexcept;
    void on_reply(const varlink::Reply& reply) noexcept override;
    void on_control_failure(const ControlFailure& failure) noexcept override;
    void fail(const std::string& why) noexcept;
    void settle() noexcept;

    Callback<void()> on_settled_;
    ControlConnection connection_;
    Point point_ = Point::open;
    std::optional<DaemonStatus> at_open_;
    std::optional<DaemonStatus> at_start_;
    std::optional<DaemonStatus> at_finish_;
    std::string trouble_;
    bool waits_ = false;
    bool failed_ = false;
};

}  // namespace hark
