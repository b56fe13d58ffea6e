// A timer that is a member of its owner. Arming, re-arming and cancelling take constant time,
// however many timers there are, and allocate nothing. If it is [[no_unique_address]], the owner's
// next members can use its tail padding.
#pragma once

#include "common/loop/callback.hpp"
#include "common/loop/intrusive_list.hpp"
#include "common/sys/clock.hpp"

#include <cstdint>

namespace hark {

class EventLoop;

class Timer : private ListLink {
   public:
    // Does not start it. `loop` must outlive the timer.
    Timer(EventLoop& loop, Callback<void()> on_expiry) noexcept
        : loop_{loop}, on_expiry_{on_expiry} {}
    ~Timer() { cancel(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    // Fires once, in the first round that starts at `deadline` or up to two milliseconds later,
    // never earlier. Replaces an earlier deadline. If the deadline has passed, fires in the next
    // round.
    void arm(TimePoint deadline) noexcept;
    // The same, relative to the loop's now().
    void arm_in(Duration delay) noexcept;
    void cancel() noexcept;

    [[nodiscard]] bool armed() const noexcept { return linked(); }
    // Requires armed().
    [[nodiscard]] TimePoint deadline() const noexcept { return deadline_; }

   private:
    friend class TimerWheel;
    friend class IntrusiveList<Timer>;

    EventLoop& loop_;
    Callback<void()> on_expiry_;
    TimePoint deadline_{};
    // The wheel's slot that the timer is in, which never comes up after the deadline. When the
    // deadline moves out, the timer stays in its slot and is refiled when the slot comes up, so a
    // deadline pushed back by every message costs one store.
    std::uint16_t slot_ = 0;
};

}  // namespace hark
