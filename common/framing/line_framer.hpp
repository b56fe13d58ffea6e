// Framing by terminators: a message ends at LF, CRLF or a run of NUL; CR NUL and LF NUL are one
// end. A message that is flushed without its terminator still owns the one that comes late.
#pragma once

#include "common/framing/frame.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hark {

// All that a line framer remembers between two reads: plain data, which can be copied while a
// message is pending.
struct LineState {
    bool in_parts = false;  // parts of the pending message have left
    bool held_cr = false;   // a CR came last: terminator or text, the next byte will tell
    bool cr_ends = false;   // CR alone ends a message
    // What may still belong to the message before: the rest of its terminator...
    bool absorb_nul = false;
    bool absorb_lf = false;
    // ...or, of a message that was flushed without one, all of it.
    bool swallow = false;
    std::uint16_t size = 0;                   // bytes in `buffer`
    std::array<char, FRAME_CAPACITY> buffer;  // not initialised: idle connections never touch it

    // Whether a message has begun that has not ended.
    [[nodiscard]] bool pending() const noexcept { return size > 0 || held_cr || in_parts; }
    [[nodiscard]] std::string_view tail() const noexcept { return {buffer.data(), size}; }
};

class LineFramer {
   public:
    // `state` must outlive the framer, which is only a view of it.
    explicit LineFramer(LineState& state) noexcept : state_{state} {}

    // The bytes of one read, one reading at a time. Messages that lie inside one read are handed on
    // in place, without a copy; the end of the reading takes what is left over into the state.
    class Reading {
       public:
        // `data` and `split_point` must outlive the reading.
        Reading(LineFramer& framer, std::string_view data, SplitPoint& split_point) noexcept;
        ~Reading() { drop_front(drop_); }
        Reading(const Reading&) = delete;
        Reading& operator=(const Reading&) = delete;

        // The next frame, false when there is none left. After a false, and only then, all of
        // `data` is taken.
        [[nodiscard]] bool next(Frame& frame) noexcept;

        // Bytes of `data` behind the last frame.
        [[nodiscard]] std::size_t unread() const noexcept { return data_.size() - position_; }
        // Whether the message that is pending now began in this reading.
        [[nodiscard]] bool pending_is_new() const noexcept { return begins_here_; }
        // Whether this reading has brought bytes of a message that is pending.
        [[nodiscard]] bool extends_pending() const noexcept {
            return state_.pending() && position_ != message_start_;
        }

       private:
        [[nodiscard]] bool take_part(std::string_view rest, Frame& frame) noexcept;
        void skip_late_terminator() noexcept;
        // True when a part had to leave first.
        [[nodiscard]] bool settle_held_cr(Frame& frame) noexcept;
        [[nodiscard]] std::size_t find_terminator() noexcept;
        void append(std::string_view bytes) noexcept;
        void drop_front(std::size_t count) noexcept;
        void note_terminator(End end) noexcept;

        LineState& state_;
        SplitPoint& split_point_;
        std::string_view data_;
        std::size_t position_ = 0;
        std::size_t message_start_ = 0;  // of the pending message's bytes in data_
        bool begins_here_ = false;
        std::size_t drop_ = 0;  // bytes of the buffer that the last frame showed
        // Where the next of each stands, at or after position_; npos: nowhere in data_.
        std::size_t lf_ = 0;
        std::size_t nul_ = 0;
        std::size_t cr_ = 0;
    };

    // Ends the pending message as it is. False when there is none, or when what was pending turned
    // out to be the late terminator of a message already taken.
    [[nodiscard]] bool flush(End end, Frame& frame) noexcept;

   private:
    LineState& state_;
};

}  // namespace hark
