// A deadline of its owner, who holds it as a member. Arming, re-arming and cancelling cost the
// same whatever the number of timers, and allocate nothing.
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

    // Fires once, in the first round that begins at `deadline` or up to two milliseconds later,
    // never before. Replaces an earlier deadline. A timer armed for the past fires in the next
    // round.
    void arm(TimePoint deadline) noexcept;
    // The same, counted from the loop's now().
    void arm_in(Duration delay) noexcept;
    void cancel() noexcept;

    [[nodiscard]] bool armed() const noexcept { return linked(); }
    // When armed: the deadline.
    [[nodiscard]] TimePoint deadline() const noexcept { return deadline_; }

   private:
    friend class TimerWheel;
    friend class IntrusiveList<Timer>;

    EventLoop& loop_;
    Callback<void()> on_expiry_;
    TimePoint deadline_{};
    // The tick of the slot it stands in: never later than the deadline's. A deadline that moves
    // out leaves the timer where it stands; it is filed anew when that slot comes up, so that a
    // deadline pushed back with every message costs one store.
    std::uint64_t filed_tick_ = 0;
};

}  // namespace hark
