// A deadline to the nanosecond (timerfd_create(2)), for a schedule that the milliseconds of the
// loop's own timers would blur.
#pragma once

#include "common/loop/fd_watch.hpp"
#include "common/sys/clock.hpp"
#include "common/sys/unique_fd.hpp"

namespace hark {

class PreciseTimer {
   public:
    // Throws SystemError when there is no descriptor to be had.
    PreciseTimer(EventLoop& loop, Callback<void()> on_expiry);
    PreciseTimer(const PreciseTimer&) = delete;
    PreciseTimer& operator=(const PreciseTimer&) = delete;

    // Fires once. Replaces an earlier deadline; one in the past fires at once.
    void arm(TimePoint deadline) noexcept;
    void cancel() noexcept;

   private:
    void on_ready(std::uint32_t events) noexcept;

    Callback<void()> on_expiry_;
    UniqueFd fd_;
    FdWatch watch_;
};

}  // namespace hark
