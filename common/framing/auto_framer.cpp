#include "common/framing/auto_framer.hpp"

#include "common/text/gb18030.hpp"
#include "common/text/utf8.hpp"

#include <utility>

namespace hark {

namespace {

using Habit = TailHabits::Habit;

// A line peer's next bytes may be long in coming; somebody who types needs time; a device that has
// sent whole messages twice will do so again.
constexpr int LINE_FACTOR = 30;
constexpr int TYPED_FACTOR = 10;
constexpr int WHOLE_DIVISOR = 2;
constexpr std::uint8_t WHOLE_TAILS_TO_TRUST = 2;

// Whether `bytes` is what one key press sends: a character, or a byte of one.
bool is_one_character(std::string_view bytes) noexcept {
    if (bytes.size() <= 1) return true;
    if (bytes.size() > 4) return false;
    if (gb18030::form_length(bytes) == bytes.size()) return true;
    const auto scan = utf8::scan(bytes);
    return scan.valid == bytes.size() && utf8::first(bytes).length == bytes.size();
}

}  // namespace

void AutoFramer::note_tail(std::string_view read, bool new_message) noexcept {
    habits_.typed = is_one_character(read) && (new_message || habits_.typed);
    habits_.reads = new_message ? 1 : 2;
}

bool AutoFramer::flush(End end, Frame& frame) noexcept {
    const bool ended_with_cr = state_.held_cr;
    if (!line_.flush(end, frame)) return false;
    if (end == End::quiet || end == End::timeout) {
        if (habits_.habit == Habit::unknown) habits_.habit = Habit::chunk;
        // A peer whose first tail ends with CR ends all its messages so.
        if (!std::exchange(habits_.had_tail, true) && ended_with_cr) state_.cr_ends = true;
        if (end == End::quiet && habits_.reads == 1 && !habits_.typed &&
            habits_.whole_tails < WHOLE_TAILS_TO_TRUST) {
            ++habits_.whole_tails;
        }
    }
    habits_.typed = false;
    habits_.reads = 0;
    return true;
}

std::chrono::milliseconds AutoFramer::quiet_time(const TailHabits& habits,
                                                 std::chrono::milliseconds base) noexcept {
    auto time = base;
    if (habits.habit == Habit::line) time *= LINE_FACTOR;
    if (habits.typed) time *= TYPED_FACTOR;
    if (habits.whole_tails >= WHOLE_TAILS_TO_TRUST) time /= WHOLE_DIVISOR;
    return time;
}

bool AutoFramer::holds_replies(const LineState& state, const TailHabits& habits) noexcept {
    const bool late_cr = state.held_cr && state.swallow;
    return habits.habit == Habit::chunk && state.pending() && !late_cr;
}

Framing AutoFramer::habit(const TailHabits& habits) noexcept {
    switch (habits.habit) {
        case Habit::line:
            return Framing::line;
        case Habit::chunk:
            return Framing::chunk;
        case Habit::unknown:
            break;
    }
    return Framing::automatic;
}

}  // namespace hark
