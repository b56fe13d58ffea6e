// A hierarchical timing wheel (Varghese and Lauck, "Hashed and Hierarchical Timing Wheels", 1987):
// LEVELS rings of 64 slots; a tick is one millisecond at the lowest level, 64 times coarser at each
// level above. A tick is a number with LEVELS base-64 digits; a timer is at the level of the
// highest digit in which its tick differs from the current one, in the slot of that digit, and
// moves down when its slot comes up. So no ring ever wraps, and all timers of a level expire before
// any of the next. Insert, cancel and re-arm are O(1); finding the next deadline checks one 64-bit
// map per level.
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

    // Runs every timer whose deadline, rounded up to a full tick, is at or before `now`, in order
    // of these ticks, once each: a timer armed during the call waits for the next call even if it
    // is already due. Callbacks may arm, cancel and destroy any timer.
    void expire(TimePoint now) noexcept;

    // The latest time for the next expire(); nothing if no timer is armed. May be early (a timer
    // has to move down a level, or its deadline has moved out), never late.
    [[nodiscard]] std::optional<TimePoint> next_due() const noexcept;

   private:
    using Tick = std::uint64_t;

    static constexpr unsigned SLOT_BITS = 6;
    static constexpr unsigned SLOTS = 1U << SLOT_BITS;
    // 64^8 ms: longer than the distance between any two TimePoints, so every deadline is in range.
    static constexpr unsigned LEVELS = 8;

    // An index into slots_: level * SLOTS + the slot's digit.
    using Slot = std::uint16_t;
    static constexpr Slot DUE = LEVELS * SLOTS;  // for a timer that is in due_ or about to run

    // The first tick that is not before `deadline`.
    [[nodiscard]] Tick tick_of_deadline(TimePoint deadline) const noexcept;
    // The latest tick that has begun at `now`.
    [[nodiscard]] Tick tick_of_now(TimePoint now) const noexcept;
    [[nodiscard]] TimePoint begin_of(Tick tick) const noexcept;
    // The slot of a future `tick`. It stays the same until the slot comes up.
    [[nodiscard]] Slot slot_of(Tick tick) const noexcept;
    // The first tick of a future slot.
    [[nodiscard]] Tick first_tick(Slot slot) const noexcept;
    // The next occupied slot to come up.
    [[nodiscard]] std::optional<Slot> first_occupied() const noexcept;
    void mark_occupied(Slot slot) noexcept {
        occupied_[slot / SLOTS] |= std::uint64_t{1} << (slot % SLOTS);
    }
    void mark_empty(Slot slot) noexcept {
        occupied_[slot / SLOTS] &= ~(std::uint64_t{1} << (slot % SLOTS));
    }
    void file(Timer& timer) noexcept;

    TimePoint origin_;
    Tick tick_ = 0;  // all slots up to and including this tick are empty
    std::array<std::uint64_t, LEVELS> occupied_{};  // bit i of a level: slot i is not empty
    std::array<IntrusiveList<Timer>, LEVELS * SLOTS> slots_;
    IntrusiveList<Timer> due_;  // run by the next expire()
};

}  // namespace hark
