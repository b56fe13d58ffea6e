// Framing for whoever comes: terminators as LineFramer finds them, and for a peer that sends none
// the quiet behind its messages. How long the quiet must be depends on what the peer has done.
#pragma once

#include "common/framing/line_framer.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace hark {

// What is known of a peer's habits: plain data.
struct TailHabits {
    enum class Habit : std::uint8_t { unknown, line, chunk };

    Habit habit = Habit::unknown;
    std::uint8_t reads = 0;        // that brought bytes of the pending message; 2 means more
    std::uint8_t whole_tails = 0;  // tails that came in one read each; 2 means more
    bool typed = false;            // the pending message came one character a read
    bool had_tail = false;
};

class AutoFramer {
   public:
    // Both must outlive the framer, which is only a view of them.
    AutoFramer(LineState& state, TailHabits& habits) noexcept
        : line_{state}, state_{state}, habits_{habits} {}

    // As LineFramer::Reading.
    class Reading {
       public:
        Reading(AutoFramer& framer, std::string_view data, SplitPoint& split_point) noexcept
            : framer_{framer}, data_{data}, line_{framer.line_, data, split_point} {}

        [[nodiscard]] bool next(Frame& frame) noexcept {
            if (!line_.next(frame)) {
                if (line_.extends_pending()) framer_.note_tail(data_, line_.pending_is_new());
                return false;
            }
            if (frame.last) framer_.note_terminator();
            return true;
        }
        [[nodiscard]] std::size_t unread() const noexcept { return line_.unread(); }
        [[nodiscard]] bool pending_is_new() const noexcept { return line_.pending_is_new(); }

       private:
        AutoFramer& framer_;
        std::string_view data_;
        LineFramer::Reading line_;
    };

    // As LineFramer::flush().
    [[nodiscard]] bool flush(End end, Frame& frame) noexcept;

    // Of a framer in that state; Framer says what they mean.
    [[nodiscard]] static std::chrono::milliseconds quiet_time(
        const TailHabits& habits, std::chrono::milliseconds base) noexcept;
    [[nodiscard]] static bool holds_replies(const LineState& state,
                                            const TailHabits& habits) noexcept;
    [[nodiscard]] static Framing habit(const TailHabits& habits) noexcept;

   private:
    void note_terminator() noexcept {
        if (habits_.habit == TailHabits::Habit::unknown) habits_.habit = TailHabits::Habit::line;
        habits_.typed = false;
        habits_.reads = 0;
    }
    // `read` brought bytes of the message that is pending, which began in it if `new_message`.
    void note_tail(std::string_view read, bool new_message) noexcept;

    LineFramer line_;
    LineState& state_;
    TailHabits& habits_;
};

}  // namespace hark
