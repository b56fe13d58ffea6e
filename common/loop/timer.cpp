#include "common/loop/timer.hpp"

#include "common/loop/event_loop.hpp"

namespace hark {

void Timer::arm(TimePoint deadline) noexcept {
    loop_.timers_.arm(*this, deadline);
}

void Timer::arm_in(Duration delay) noexcept {
    const TimePoint now = loop_.now();
    arm(delay < TimePoint::max() - now ? now + delay : TimePoint::max());
}

void Timer::cancel() noexcept {
    loop_.timers_.cancel(*this);
}

}  // namespace hark
