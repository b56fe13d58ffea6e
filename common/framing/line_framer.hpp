// Framing by terminators: a message ends at LF, CRLF, LF CR or a run of NUL; CR NUL and LF NUL are
// one end. A message flushed without its terminator still owns one that comes late.
#pragma once

#include "common/framing/code_units.hpp"
#include "common/framing/frame.hpp"
#include "common/framing/message_buffer.hpp"

#include <cstddef>
#include <span>
#include <string_view>

namespace hark {

// What a line framer remembers between two reads besides the pending message: plain data.
struct LineState {
    bool held_cr : 1 = false;  // a CR came last; the next unit tells if it is terminator or text
    bool cr_ends : 1 = false;  // CR alone ends a message
    bool recut : 1 = false;    // cr_ends was just set: the buffer may hold CRs that end messages
    // What may still belong to the previous message: the rest of its terminator...
    bool absorb_nul : 1 = false;
    bool absorb_lf : 1 = false;
    bool absorb_cr : 1 = false;   // an LF came last
    bool held_lf_cr : 1 = false;  // and then a CR, which begins a CRLF if an LF follows
    // ...or all of it, if the message was flushed without one.
    bool swallow : 1 = false;
    bool went_on : 1 = false;   // text came instead of that terminator; the caller resets this
    bool has_half : 1 = false;  // half of a unit came last...
    char half = 0;              // ...this one
};

template <typename Units>
class LineFramer {
   public:
    // Both must outlive the framer, which is only a view of them.
    LineFramer(MessageBuffer& message, LineState& state) noexcept
        : message_{message}, state_{state} {}

    // The bytes of one read; only one Reading at a time. Messages within one read are handed on in
    // place, without a copy; at the end of the reading, what is left moves into the state.
    class Reading {
       public:
        // `data` and `split_point` must outlive the reading. With two-byte units, the byte before
        // `data` must be writable.
        Reading(LineFramer& framer, std::span<char> data, SplitPoint& split_point) noexcept;

        // Gets the next frame; false if there is none left. Only after a false has all of `data`
        // been taken.
        [[nodiscard]] bool next(Frame& frame) noexcept;

        // Bytes of `data` after the last frame.
        [[nodiscard]] std::size_t unread() const noexcept { return data_.size() - position_; }
        // Whether the message that is pending now began in this reading.
        [[nodiscard]] bool pending_is_new() const noexcept { return begins_here_; }
        // Whether this reading has brought bytes of the pending message.
        [[nodiscard]] bool extends_pending() const noexcept {
            return framer_.pending() && position_ != message_start_;
        }
        [[nodiscard]] std::string_view data() const noexcept { return data_; }
        // The bytes of the pending message that this reading has brought.
        [[nodiscard]] std::string_view tail() const noexcept {
            return data_.substr(message_start_, position_ - message_start_);
        }
        // Whether `data` contains an LF or a NUL. Call it before the first next().
        [[nodiscard]] bool has_terminator() const noexcept;
        // Makes CR end messages from now on, and in the pending one. Call it before the first
        // next().
        void end_with_cr() noexcept;

       private:
        [[nodiscard]] bool take_part(std::string_view rest, Frame& frame) noexcept;
        // True only if the next unit cannot belong to a terminator; may be false for text, too.
        [[nodiscard]] bool is_plain_text() const noexcept {
            if (Units::WIDTH > 1 || position_ >= units_end_) return false;
            return static_cast<unsigned char>(data_[position_]) > '\r';
        }
        void note_text() noexcept;
        void keep_half() noexcept;
        void skip_late_terminator() noexcept;
        [[nodiscard]] bool skip_cr_behind_lf() noexcept;
        // True if `frame` is a part that had to leave first.
        [[nodiscard]] bool settle_held_cr(Frame& frame) noexcept;
        [[nodiscard]] std::size_t find_terminator() noexcept;
        [[nodiscard]] bool stands(std::size_t at, char what) const noexcept {
            return at < units_end_ && Units::is(data_, at, what);
        }

        LineFramer& framer_;
        MessageBuffer& message_;
        LineState& state_;
        SplitPoint& split_point_;
        std::string_view data_;
        std::size_t units_end_ = 0;  // end of the last whole unit
        std::size_t position_ = 0;
        std::size_t message_start_ = 0;  // where the pending message's bytes begin in data_
        bool begins_here_ = false;
        // The next occurrence of each, at or after position_; npos: none in data_.
        std::size_t lf_ = 0;
        std::size_t nul_ = 0;
        std::size_t cr_ = 0;
    };

    // Whether a message has begun and not ended.
    [[nodiscard]] bool pending() const noexcept {
        return message_.pending() || state_.held_cr || state_.has_half;
    }
    // Pending bytes after the last frame.
    [[nodiscard]] std::size_t left() const noexcept {
        return message_.left() + (state_.held_cr ? Units::WIDTH : 0) + (state_.has_half ? 1 : 0);
    }
    // Whether a CR came last, with not even half a unit after it.
    [[nodiscard]] bool ends_with_cr() const noexcept { return state_.held_cr && !state_.has_half; }
    // Whether only a CR is pending, which belongs to a message already taken if its LF comes.
    [[nodiscard]] bool only_late_cr() const noexcept {
        return ends_with_cr() && state_.swallow && !message_.pending();
    }
    // Makes that CR belong to the message already taken, whether its LF comes or not.
    void end_with_late_cr() noexcept { note_terminator(End::cr); }

    // Ends the pending message as it is. Call it until it returns false: when there is none, or
    // when what was pending turned out to be the late terminator of a message already taken.
    [[nodiscard]] bool flush(End end, SplitPoint& split_point, Frame& frame) noexcept;

   private:
    friend class Reading;

    // Takes the next message that a CR ends out of the buffer.
    [[nodiscard]] bool cut_at_cr(Frame& frame) noexcept;
    void note_terminator(End end) noexcept;

    MessageBuffer& message_;
    LineState& state_;
};

extern template class LineFramer<ByteUnits>;
extern template class LineFramer<Utf16LeUnits>;
extern template class LineFramer<Utf16BeUnits>;

}  // namespace hark
