#include "common/loop/timer_wheel.hpp"

#include <algorithm>
#include <bit>

namespace hark {

namespace {

constexpr std::uint64_t TICK_NS = 1'000'000;

// Unsigned, because the distance between two TimePoints may overflow a Duration. `from` <= `to`.
std::uint64_t nanoseconds_between(TimePoint from, TimePoint to) noexcept {
    return static_cast<std::uint64_t>(to.time_since_epoch().count()) -
           static_cast<std::uint64_t>(from.time_since_epoch().count());
}

}  // namespace

void TimerWheel::arm(Timer& timer, TimePoint deadline) noexcept {
    timer.deadline_ = deadline;
    const bool in_slot = timer.armed() && timer.slot_ != DUE;
    if (in_slot && tick_of_deadline(deadline) >= first_tick(timer.slot_)) return;
    cancel(timer);
    file(timer);
}

void TimerWheel::cancel(Timer& timer) noexcept {
    if (!timer.armed()) return;
    timer.unlink();
    if (timer.slot_ != DUE && slots_[timer.slot_].empty()) mark_empty(timer.slot_);
}

void TimerWheel::expire(TimePoint now) noexcept {
    const Tick last = tick_of_now(now);
    // Visits the occupied slots in order, skipping empty ones.
    while (const auto slot = first_occupied()) {
        const Tick begin = first_tick(*slot);
        if (begin > last) break;
        tick_ = begin;
        mark_empty(*slot);
        // To due_, to a lower level, or further out if the deadline has moved; never back into this
        // slot, which is now the current one.
        while (Timer* timer = slots_[*slot].pop_front()) file(*timer);
    }
    tick_ = std::max(tick_, last);

    IntrusiveList<Timer> running;
    due_.move_to(running);
    while (Timer* timer = running.pop_front()) timer->on_expiry_();
}

std::optional<TimePoint> TimerWheel::next_due() const noexcept {
    if (!due_.empty()) return begin_of(tick_);
    const auto slot = first_occupied();
    if (!slot) return std::nullopt;
    return begin_of(first_tick(*slot));
}

TimerWheel::Tick TimerWheel::tick_of_deadline(TimePoint deadline) const noexcept {
    if (deadline <= origin_) return 0;
    const std::uint64_t ns = nanoseconds_between(origin_, deadline);
    return ns / TICK_NS + (ns % TICK_NS == 0 ? 0 : 1);
}

TimerWheel::Tick TimerWheel::tick_of_now(TimePoint now) const noexcept {
    return now <= origin_ ? 0 : nanoseconds_between(origin_, now) / TICK_NS;
}

TimePoint TimerWheel::begin_of(Tick tick) const noexcept {
    if (tick > nanoseconds_between(origin_, TimePoint::max()) / TICK_NS) return TimePoint::max();
    const std::uint64_t origin = static_cast<std::uint64_t>(origin_.time_since_epoch().count());
    return TimePoint{Duration{static_cast<Duration::rep>(origin + tick * TICK_NS)}};
}

TimerWheel::Slot TimerWheel::slot_of(Tick tick) const noexcept {
    const unsigned highest_bit = static_cast<unsigned>(std::bit_width(tick ^ tick_)) - 1;
    const unsigned level = highest_bit / SLOT_BITS;
    const unsigned digit = static_cast<unsigned>(tick >> (level * SLOT_BITS)) % SLOTS;
    return static_cast<Slot>(level * SLOTS + digit);
}

TimerWheel::Tick TimerWheel::first_tick(Slot slot) const noexcept {
    const unsigned shift = slot / SLOTS * SLOT_BITS;
    const Tick above = tick_ >> (shift + SLOT_BITS) << (shift + SLOT_BITS);
    return above | Tick{slot % SLOTS} << shift;
}

std::optional<TimerWheel::Slot> TimerWheel::first_occupied() const noexcept {
    for (unsigned level = 0; level < LEVELS; ++level) {
        if (occupied_[level] == 0) continue;
        const unsigned digit = static_cast<unsigned>(std::countr_zero(occupied_[level]));
        return static_cast<Slot>(level * SLOTS + digit);
    }
    return std::nullopt;
}

void TimerWheel::file(Timer& timer) noexcept {
    const Tick tick = tick_of_deadline(timer.deadline_);
    if (tick <= tick_) {
        timer.slot_ = DUE;
        due_.push_back(timer);
        return;
    }
    timer.slot_ = slot_of(tick);
    slots_[timer.slot_].push_back(timer);
    mark_occupied(timer.slot_);
}

}  // namespace hark
