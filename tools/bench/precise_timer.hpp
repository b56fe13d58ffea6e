// A timer with nanosecond resolution (timerfd_create(2)), for schedules that need more than the
// milliseconds of the loop's own timers.
#pragma once

#include "common/loop/fd_watch.hpp"
#include "common/sys/clock.hpp"
#include "common/sys/unique_fd.hpp"

namespace hark {

class PreciseTimer {
   public:
    // Throws SystemError if no descriptor is available.
    PreciseTimer(EventLoop& loop, Callback<void()> on_expiry);
    PreciseTimer(const PreciseTimer&) = delete;
    PreciseTimer& operator=(const PreciseTimer&) = delete;

    // Fires once. Replaces an earlier deadline; fires at once if the deadline has passed.
    void arm(TimePoint deadline) noexcept;
    void cancel() noexcept;

   private:
    void on_ready(std::uint32_t events) noexcept;

    Callback<void()> on_expiry_;
    UniqueFd fd_;
    FdWatch watch_;
};

}  // namespace hark
