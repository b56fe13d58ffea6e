// Framing for whoever comes: terminators as LineFramer finds them, and for a peer that sends none
// the quiet behind its messages. How long the quiet must be depends on what the peer has done, and
// so does whether a CR ends its messages.
#pragma once

#include "common/framing/framing_options.hpp"
#include "common/framing/line_framer.hpp"

#include <chrono>
#include <cstdint>
#include <span>

namespace hark {

// What is known of a peer's habits: plain data.
struct TailHabits {
    enum class Habit : std::uint8_t { unknown, line, chunk };
    static constexpr std::uint8_t STEADY_ROW = 16;

    Habit habit : 2 = Habit::unknown;
    bool demoted : 1 = false;    // a line peer that sends no terminators any more
    std::uint8_t row : 5 = 0;    // messages in a row that ended with LF or NUL; up to STEADY_ROW
    std::uint8_t crs : 2 = 0;    // in the pending message of a peer that has ended none so;
                                 // 3 means more
    std::uint8_t reads : 2 = 0;  // that brought bytes of the pending message; 2 means more
    std::uint8_t whole_tails : 2 = 0;  // tails that came in one read each; 2 means more
    std::uint8_t cr_tails : 2 = 0;     // tails in a row that ended with CR; 2 means more
    bool ends_lines : 1 = false;       // one message has ended with LF or NUL
    bool typed : 1 = false;            // the pending message came one character a read
    bool had_tail : 1 = false;
    bool went_quiet : 1 = false;  // so ended the last tail, which awaits its terminator
};

struct AutoState {
    LineState line;
    TailHabits habits;
};

template <typename Units>
class AutoFramer {
   public:
    // Both must outlive the framer, which is only a view of them.
    AutoFramer(MessageBuffer& message, AutoState& state) noexcept
        : message_{message}, state_{state}, line_{message, state.line} {}

    // As LineFramer::Reading.
    class Reading {
       public:
        Reading(AutoFramer& framer, std::span<char> data, SplitPoint& split_point) noexcept
            : framer_{framer}, line_{framer.line_, data, split_point} {
            if (!framer.state_.habits.ends_lines) framer.look_for_cr(line_);
        }

        [[nodiscard]] bool next(Frame& frame) noexcept {
            const bool found = line_.next(frame);
            if (framer_.state_.line.went_on) framer_.note_going_on();
            if (found) {
                if (frame.last) framer_.note_end(frame);
            } else if (line_.extends_pending()) {
                framer_.note_tail(line_.data(), line_.tail(), line_.pending_is_new());
            }
            return found;
        }
        [[nodiscard]] std::size_t unread() const noexcept { return line_.unread(); }
        [[nodiscard]] bool pending_is_new() const noexcept { return line_.pending_is_new(); }

       private:
        AutoFramer& framer_;
        typename LineFramer<Units>::Reading line_;
    };

    // As LineFramer.
    [[nodiscard]] bool pending() const noexcept { return line_.pending(); }
    [[nodiscard]] std::size_t left() const noexcept { return line_.left(); }
    [[nodiscard]] bool flush(End end, SplitPoint& split_point, Frame& frame) noexcept;

    // Framer says what they mean.
    [[nodiscard]] std::chrono::milliseconds quiet_time(
        std::chrono::milliseconds base) const noexcept;
    [[nodiscard]] bool holds_replies() const noexcept;
    [[nodiscard]] Framing habit() const noexcept;

   private:
    // Of a peer that has ended no message with LF or NUL, before a read is taken.
    void look_for_cr(typename LineFramer<Units>::Reading& reading) noexcept;
    void note_end(const Frame& frame) noexcept {
        TailHabits& habits = state_.habits;
        habits.typed = false;
        habits.reads = habits.crs = 0;
        // Of a peer that has long ended its lines nothing is learnt from one more.
        if (habits.row < TailHabits::STEADY_ROW || frame.end == End::cr) learn_from_end(frame);
    }
    void learn_from_end(const Frame& frame) noexcept;
    // `read` brought `tail` of the pending message, which began in it if `new_message`.
    void note_tail(std::string_view read, std::string_view tail, bool new_message) noexcept;
    // Text came where the terminator of a tail was awaited.
    void note_going_on() noexcept;
    // The tail is being taken; returns how it ended.
    [[nodiscard]] End note_taken(End end) noexcept;

    MessageBuffer& message_;
    AutoState& state_;
    LineFramer<Units> line_;
};

extern template class AutoFramer<ByteUnits>;
extern template class AutoFramer<Utf16LeUnits>;
extern template class AutoFramer<Utf16BeUnits>;

}  // namespace hark
