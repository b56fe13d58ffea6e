// What the service manager is told: that the daemon is ready, reloads, stops, is alive, and how it
// is doing; the protocol of sd_notify(3).
//
// Spoken by ourselves: libsystemd's sd_notify() waits while the manager's queue is full, and the
// loop waits for nobody. A message that finds no room is kept and tried again by a timer: those
// that the manager acts upon in their order, of the status only the newest. What waits is bounded:
// a reload that is announced takes the place of an earlier one that has not been heard of yet.
//
// Without a manager nothing is sent and no timer runs. With one that wants no watchdog no timer
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
    std::uint64_t messages = 0;   // since the start, as is
    std::uint64_t refused = 0;
    std::string trouble;    // why the log is paused; empty: it is not
    std::string refusal{};  // why the last reload was refused; empty: it was not
};

class SystemdNotifier {
   public:
    // The status is sent once in this time at most, but for a start and a stop.
    static constexpr Duration STATUS_INTERVAL = std::chrono::seconds{5};

    // Takes $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID out of the environment. With no socket
    // named, or one that is neither a path nor abstract ("@NAME"), there is no manager. `figures`
    // is asked when a status is due.
    SystemdNotifier(EventLoop& loop, Callback<ServiceFigures()> figures);

    // Whoever connects from now on is served. Begins to feed the watchdog.
    void ready() noexcept;
    // A reload begins...
    void reloading() noexcept;
    // ...and is over, whatever came of it.
    void reloaded() noexcept;
    void stopping() noexcept;

    // The figures may have changed. Costs next to nothing, however often it is called.
    void changed() noexcept;

   private:
    enum class Notice : std::uint8_t { ready, reloading, stopping, watchdog };
    struct Waiting {
        Notice notice;
        std::string text;
    };

    [[nodiscard]] bool exists() const noexcept { return !address_.empty(); }
    void take_watchdog();
    void tell(Notice notice, std::string text) noexcept;
    void tell_status() noexcept;
    void feed_watchdog() noexcept;
    void deliver() noexcept;
    [[nodiscard]] bool deliver_all() noexcept;
    [[nodiscard]] bool send(std::string_view text) noexcept;
    [[nodiscard]] std::string status_text(const ServiceFigures& figures) const;

    EventLoop& loop_;
    Callback<ServiceFigures()> figures_;
    std::string address_;  // empty: there is no manager
    UniqueFd socket_;
    Duration watchdog_interval_{};  // 0: no watchdog
    Timer watchdog_timer_;

    std::vector<Waiting> waiting_;
    bool status_waits_ = false;
    Duration retry_delay_{};
    Timer retry_timer_;

    std::string status_;  // as it was told last, or is about to be
    // At the last status.
    TimePoint counted_at_;
    std::uint64_t counted_messages_ = 0;
    bool stopping_ = false;
    Timer status_timer_;
};

}  // namespace hark
