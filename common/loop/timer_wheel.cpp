#include "common/loop/timer_wheel.hpp"

#include <algorithm>
#include <bit>

namespace hark {

namespace {

constexpr std::uint64_t TICK_NS = 1'000'000;

// Unsigned, because the distance of two TimePoints may overflow a Duration. `from` <= `to`.
std::uint64_t nanoseconds_between(TimePoint from, TimePoint to) noexcept {
    return static_cast<std::uint64_t>(to.time_since_epoch().count()) -
           static_cast<std::uint64_t>(from.time_since_epoch().count());
}

}  // namespace

void TimerWheel::arm(Timer& timer, TimePoint deadline) noexcept {
    timer.deadline_ = deadline;
    const bool in_slot = timer.armed() && timer.filed_tick_ > tick_;
    if (in_slot && tick_of_deadline(deadline) >= timer.filed_tick_) return;
    cancel(timer);
    file(timer);
}

void TimerWheel::cancel(Timer& timer) noexcept {
    if (!timer.armed()) return;
    timer.unlink();
    if (timer.filed_tick_ <= tick_) return;
    const Place place = place_of(timer.filed_tick_);
    if (list_at(place).empty()) occupied_[place.level] &= ~(std::uint64_t{1} << place.slot);
}

void TimerWheel::expire(TimePoint now) noexcept {
    const Tick last = tick_of_now(now);
    // Visits the occupied slots in order, skipping empty ones.
    while (const auto place = first_occupied()) {
        const Tick begin = begin_of(*place);
        if (begin > last) break;
        tick_ = begin;
        occupied_[place->level] &= ~(std::uint64_t{1} << place->slot);
        // To due_, to a lower level, or further out if the deadline has moved; never back into this
        // slot, which is now the current one.
        while (Timer* timer = list_at(*place).pop_front()) file(*timer);
    }
    tick_ = std::max(tick_, last);

    IntrusiveList<Timer> running;
    due_.move_to(running);
    while (Timer* timer = running.pop_front()) timer->on_expiry_();
}

std::optional<TimePoint> TimerWheel::next_due() const noexcept {
    if (!due_.empty()) return begin_of(tick_);
    const auto place = first_occupied();
    if (!place) return std::nullopt;
    return begin_of(begin_of(*place));
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

TimerWheel::Tick TimerWheel::begin_of(Place place) const noexcept {
    const unsigned shift = place.level * SLOT_BITS;
    const Tick above = tick_ >> (shift + SLOT_BITS) << (shift + SLOT_BITS);
    return above | Tick{place.slot} << shift;
}

TimerWheel::Place TimerWheel::place_of(Tick tick) const noexcept {
    const unsigned highest_bit = static_cast<unsigned>(std::bit_width(tick ^ tick_)) - 1;
    const unsigned level = highest_bit / SLOT_BITS;
    return {level, static_cast<unsigned>(tick >> (level * SLOT_BITS)) % SLOTS};
}

std::optional<TimerWheel::Place> TimerWheel::first_occupied() const noexcept {
    for (unsigned level = 0; level < LEVELS; ++level) {
        if (occupied_[level] != 0) {
            return Place{level, static_cast<unsigned>(std::countr_zero(occupied_[level]))};
        }
    }
    return std::nullopt;
}

void TimerWheel::file(Timer& timer) noexcept {
    timer.filed_tick_ = tick_of_deadline(timer.deadline_);
    if (timer.filed_tick_ <= tick_) {
        due_.push_back(timer);
        return;
    }
    const Place place = place_of(timer.filed_tick_);
    list_at(place).push_back(timer);
    occupied_[place.level] |= std::uint64_t{1} << place.slot;
}

}  // namespace hark
