#include "common/framing/auto_framer.hpp"

#include "common/text/gb18030.hpp"
#include "common/text/utf8.hpp"

#include <algorithm>

namespace hark {

namespace {

using Habit = TailHabits::Habit;

// Factors of the quiet time. A line peer may be slow to complete a line, and the more lines it has
// ended, the surer it is to end this one; a person who is typing needs time; a device that has
// twice sent a whole message in one read will do so again.
constexpr int LINE_FACTOR = 30;
constexpr int STEADY_LINE_FACTOR = 300;
constexpr std::uint8_t STEADY_ROW = TailHabits::STEADY_ROW;
constexpr int TYPED_FACTOR = 10;
constexpr int WHOLE_DIVISOR = 2;
constexpr std::uint8_t WHOLE_TAILS_TO_TRUST = 2;
// Messages with terminators that make a demoted peer a line peer again.
constexpr std::uint8_t ROW_TO_TRUST = 2;
// CR ends messages after so many tails in a row that end with CR, or so many CRs in one message.
constexpr std::uint8_t CR_TAILS_TO_TRUST = 2;
constexpr std::uint8_t CRS_TO_TRUST = 3;

// `counter` plus one, at most `most`.
std::uint8_t counted(std::uint8_t counter, std::uint8_t most) noexcept {
    return counter < most ? static_cast<std::uint8_t>(counter + 1) : most;
}

// Whether `bytes` is what one key press sends: a character, or a byte of one.
template <typename Units>
bool is_one_character(std::string_view bytes) noexcept {
    if (bytes.size() <= Units::WIDTH) return true;
    if constexpr (Units::WIDTH > 1) {
        return bytes.size() <= 2 * Units::WIDTH && Units::is_high_surrogate(bytes, 0);
    }
    if (bytes.size() > 4) return false;
    if (gb18030::form_length(bytes) == bytes.size()) return true;
    const auto scan = utf8::scan(bytes);
    return scan.valid == bytes.size() && utf8::first(bytes).length == bytes.size();
}

// Counts up to CRS_TO_TRUST.
template <typename Units>
std::uint8_t count_crs(std::string_view data) noexcept {
    std::uint8_t count = 0;
    for (std::size_t at = Units::find(data, '\r', 0);
         at != std::string_view::npos && count < CRS_TO_TRUST;
         at = Units::find(data, '\r', at + Units::WIDTH)) {
        ++count;
    }
    return count;
}

}  // namespace

template <typename Units>
void AutoFramer<Units>::look_for_cr(typename LineFramer<Units>::Reading& reading) noexcept {
    if (state_.line.cr_ends || reading.has_terminator()) return;
    // The CR of an LF CR does not belong to the message.
    const bool behind_lf = state_.line.absorb_cr && !pending();
    const bool one_less = behind_lf && reading.data().starts_with(Units::CR);
    if (state_.habits.crs + count_crs<Units>(reading.data()) - (one_less ? 1 : 0) >= CRS_TO_TRUST) {
        reading.end_with_cr();
    }
}

template <typename Units>
void AutoFramer<Units>::learn_from_end(const Frame& frame) noexcept {
    TailHabits& habits = state_.habits;
    // An empty line is a heartbeat and says nothing about how messages end.
    if (frame.bytes.empty() && frame.first) return;
    if (frame.end == End::cr) {
        if (habits.habit == Habit::unknown) habits.habit = Habit::chunk;
        return;
    }
    habits.ends_lines = true;
    habits.row = counted(habits.row, STEADY_ROW) & 0x1FU;
    if (habits.habit == Habit::unknown || (habits.demoted && habits.row >= ROW_TO_TRUST)) {
        habits.habit = Habit::line;
        habits.demoted = false;
    }
}

template <typename Units>
void AutoFramer<Units>::note_tail(std::string_view read, std::string_view tail,
                                  bool new_message) noexcept {
    TailHabits& habits = state_.habits;
    habits.typed = is_one_character<Units>(read) && (new_message || habits.typed);
    habits.reads = new_message ? 1 : 2;
    if (habits.ends_lines || state_.line.cr_ends) return;
    const unsigned before = new_message ? 0 : habits.crs;
    habits.crs = std::min<unsigned>(before + count_crs<Units>(tail), CRS_TO_TRUST) & 3U;
}

template <typename Units>
void AutoFramer<Units>::note_going_on() noexcept {
    state_.line.went_on = false;
    if (state_.habits.habit != Habit::line || !state_.habits.went_quiet) return;
    state_.habits.habit = Habit::chunk;
    state_.habits.demoted = true;
}

template <typename Units>
End AutoFramer<Units>::note_taken(End end) noexcept {
    TailHabits& habits = state_.habits;
    const bool by_cr = end == End::quiet && line_.ends_with_cr();
    habits.went_quiet = end == End::quiet;
    habits.crs = 0;
    if (by_cr && !message_.pending()) return End::cr;  // says as little as an empty line
    if (end == End::quiet || end == End::timeout) {
        if (habits.habit == Habit::unknown) habits.habit = Habit::chunk;
        const bool first_tail = !habits.had_tail;
        habits.had_tail = true;
        if (by_cr) {
            habits.cr_tails = counted(habits.cr_tails, CR_TAILS_TO_TRUST) & 3U;
            if (first_tail || habits.cr_tails == CR_TAILS_TO_TRUST) {
                state_.line.cr_ends = state_.line.recut = true;
            }
        } else {
            habits.cr_tails = 0;
        }
        if (end == End::quiet && habits.reads == 1 && !habits.typed) {
            habits.whole_tails = counted(habits.whole_tails, WHOLE_TAILS_TO_TRUST) & 3U;
        }
    }
    habits.typed = false;
    habits.row = habits.reads = 0;
    return by_cr ? End::cr : end;
}

template <typename Units>
bool AutoFramer<Units>::flush(End end, SplitPoint& split_point, Frame& frame) noexcept {
    message_.settle();
    if (line_.only_late_cr()) {
        // Followed by silence, the CR is the whole terminator.
        if (end == End::quiet) line_.end_with_late_cr();
    } else if (!state_.line.recut && pending()) {
        end = note_taken(end);
    }
    return line_.flush(end, split_point, frame);
}

template <typename Units>
std::chrono::milliseconds AutoFramer<Units>::quiet_time(
    std::chrono::milliseconds base) const noexcept {
    if (line_.ends_with_cr()) return base;
    const TailHabits& habits = state_.habits;
    auto time = base;
    if (habits.habit == Habit::line) {
        time *= habits.row >= STEADY_ROW ? STEADY_LINE_FACTOR : LINE_FACTOR;
    }
    if (habits.typed) time *= TYPED_FACTOR;
    if (habits.whole_tails >= WHOLE_TAILS_TO_TRUST) time /= WHOLE_DIVISOR;
    return time;
}

template <typename Units>
bool AutoFramer<Units>::holds_replies() const noexcept {
    return state_.habits.habit == Habit::chunk && !state_.line.cr_ends && pending() &&
           !line_.only_late_cr();
}

template <typename Units>
Framing AutoFramer<Units>::habit() const noexcept {
    switch (state_.habits.habit) {
        case Habit::line:
            return Framing::line;
        case Habit::chunk:
            return Framing::chunk;
        case Habit::unknown:
            break;
    }
    return Framing::automatic;
}

template class AutoFramer<ByteUnits>;
template class AutoFramer<Utf16LeUnits>;
template class AutoFramer<Utf16BeUnits>;

}  // namespace hark
