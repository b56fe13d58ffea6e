// A hierarchical timing wheel (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", 1987):
// LEVELS rings of 64 slots, one tick a millisecond at the lowest, 64 times coarser at each above.
// A tick is a number of LEVELS digits to base 64; a timer stands at the level of the highest digit
// in which its tick differs from the present one, in the slot of that digit, and moves down when
// its slot comes up. So no ring ever wraps, and all of a level comes before anything of the next.
// Insert, cancel and re-arm are O(1); finding the next deadline looks at one 64-bit map a level.
#pragma once

#include "common/loop/intrusive_list.hpp"
#include "common/loop/timer.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace hark {

class TimerWheel {
   public:
    // Tick 0 is at `origin`.
    explicit TimerWheel(TimePoint origin) noexcept : origin_{origin} {}

    void arm(Timer& timer, TimePoint deadline) noexcept;
    void cancel(Timer& timer) noexcept;

    // Runs every timer whose deadline, rounded up to a whole tick, is at or before `now`, in the
    // order of these ticks, each once: one that is armed meanwhile for now or the past waits for
    // the next call. Callbacks may arm, cancel and destroy any timer.
    void expire(TimePoint now) noexcept;

    // When expire() must be called next at the latest; nothing when no timer is armed. May be early
    // (a timer has to move down a level, or its deadline moved out), never late.
    [[nodiscard]] std::optional<TimePoint> next_due() const noexcept;

   private:
    using Tick = std::uint64_t;

    static constexpr unsigned SLOT_BITS = 6;
    static constexpr unsigned SLOTS = 1U << SLOT_BITS;
    // 64^8 ms: farther than any two TimePoints are apart, so that no deadline is out of reach.
    static constexpr unsigned LEVELS = 8;

    struct Place {
        unsigned level;
        unsigned slot;
    };

    // The tick before which `deadline` has not come.
    [[nodiscard]] Tick tick_of_deadline(TimePoint deadline) const noexcept;
    // The tick that has begun at `now`.
    [[nodiscard]] Tick tick_of_now(TimePoint now) const noexcept;
    [[nodiscard]] TimePoint begin_of(Tick tick) const noexcept;
    // Where a timer of `tick`, which is to come, stands. It is the same from its filing until its
    // slot comes up.
    [[nodiscard]] Place place_of(Tick tick) const noexcept;
    [[nodiscard]] IntrusiveList<Timer>& list_at(Place place) noexcept {
        return slots_[place.level * SLOTS + place.slot];
    }
    // The occupied slot that comes up first.
    [[nodiscard]] std::optional<Place> first_occupied() const noexcept;
    // The first tick of a slot that is to come.
    [[nodiscard]] Tick begin_of(Place place) const noexcept;
    void file(Timer& timer) noexcept;

    TimePoint origin_;
    Tick tick_ = 0;  // all slots up to and with this tick have been emptied
    std::array<std::uint64_t, LEVELS> occupied_{};  // bit i of a level: its slot i is not empty
    std::array<IntrusiveList<Timer>, LEVELS * SLOTS> slots_;
    IntrusiveList<Timer> due_;  // to be run by the next expire()
};

}  // namespace hark
