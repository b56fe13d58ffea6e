#include "tools/bench/precise_timer.hpp"

#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"

#include <algorithm>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/timerfd.h>

namespace hark {

// timerfd is not wrapped in common/sys/calls: creating one fails only at start-up, where this
// throws, and setting one to a valid time cannot fail (timerfd_settime(2)).
PreciseTimer::PreciseTimer(EventLoop& loop, Callback<void()> on_expiry)
    : on_expiry_{on_expiry},
      fd_{::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)},
      watch_{loop, method<&PreciseTimer::on_ready>(*this)} {
    const int error = fd_ ? -watch_.start(fd_.get(), EPOLLIN) : errno;
    if (error != 0) throw SystemError{error, N_("cannot create a timer")};
}

void PreciseTimer::arm(TimePoint deadline) noexcept {
    constexpr std::int64_t SECOND = 1'000'000'000;
    // Zero would disarm it.
    const std::int64_t at = std::max<std::int64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(deadline.time_since_epoch()).count(),
        1);
    itimerspec spec{};
    spec.it_value.tv_sec = at / SECOND;
    spec.it_value.tv_nsec = at % SECOND;
    ::timerfd_settime(fd_.get(), TFD_TIMER_ABSTIME, &spec, nullptr);
}

void PreciseTimer::cancel() noexcept {
    const itimerspec never{};
    ::timerfd_settime(fd_.get(), 0, &never, nullptr);
}

void PreciseTimer::on_ready(std::uint32_t) noexcept {
    std::uint64_t expirations = 0;
    if (sys::read(fd_.get(), &expirations, sizeof expirations) > 0) on_expiry_();
}

}  // namespace hark
