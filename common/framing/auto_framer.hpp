// Framing for any peer: terminators as LineFramer finds them and, for a peer that sends none, the
// quiet time after its messages. The peer's habits decide how long that is, and whether a CR ends
// its messages.
#pragma once

#include "common/framing/framing_options.hpp"
#include "common/framing/line_framer.hpp"

#include <chrono>
#include <cstdint>
#include <span>

namespace hark {

// What is known about a peer's habits: plain data.
struct TailHabits {
    enum class Habit : std::uint8_t { unknown, line, chunk };
    static constexpr std::uint8_t STEADY_ROW = 16;

    Habit habit : 2 = Habit::unknown;
    bool demoted : 1 = false;    // a line peer that has stopped sending terminators
    std::uint8_t row : 5 = 0;    // messages in a row that ended with LF or NUL; up to STEADY_ROW
    std::uint8_t crs : 2 = 0;    // CRs in the pending message, until one ends with LF or NUL;
                                 // 3: three or more
    std::uint8_t reads : 2 = 0;  // reads that brought bytes of the pending message; 2: two or more
    std::uint8_t whole_tails : 2 = 0;  // tails that came in one read each; 2: two or more
    std::uint8_t cr_tails : 2 = 0;     // tails in a row that ended with CR; 2: two or more
    bool ends_lines : 1 = false;       // one message has ended with LF or NUL
    bool typed : 1 = false;            // the pending message came one character per read
    bool had_tail : 1 = false;
    bool went_quiet : 1 = false;  // quiet time ended the last tail; its terminator may come late
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

    // Like LineFramer::Reading.
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

    // Like LineFramer's.
    [[nodiscard]] bool pending() const noexcept { return line_.pending(); }
    [[nodiscard]] std::size_t left() const noexcept { return line_.left(); }
    [[nodiscard]] bool flush(End end, SplitPoint& split_point, Frame& frame) noexcept;

    // Documented in Framer.
    [[nodiscard]] std::chrono::milliseconds quiet_time(
        std::chrono::milliseconds base) const noexcept;
    [[nodiscard]] bool holds_replies() const noexcept;
    [[nodiscard]] Framing habit() const noexcept;

   private:
    // Decides whether CR ends messages, before a read of a peer that has ended none with LF or NUL.
    void look_for_cr(typename LineFramer<Units>::Reading& reading) noexcept;
    void note_end(const Frame& frame) noexcept {
        TailHabits& habits = state_.habits;
        habits.typed = false;
        habits.reads = habits.crs = 0;
        // One more line of a steady line peer teaches nothing.
        if (habits.row < TailHabits::STEADY_ROW || frame.end == End::cr) learn_from_end(frame);
    }
    void learn_from_end(const Frame& frame) noexcept;
    // `tail`: what `read` brought of the pending message; `new_message`: the message began there.
    void note_tail(std::string_view read, std::string_view tail, bool new_message) noexcept;
    // Text came where the late terminator of a tail was expected.
    void note_going_on() noexcept;
    // The tail is taken as a message; returns how it ended.
    [[nodiscard]] End note_taken(End end) noexcept;

    MessageBuffer& message_;
    AutoState& state_;
    LineFramer<Units> line_;
};

extern template class AutoFramer<ByteUnits>;
extern template class AutoFramer<Utf16LeUnits>;
extern template class AutoFramer<Utf16BeUnits>;

}  // namespace hark
