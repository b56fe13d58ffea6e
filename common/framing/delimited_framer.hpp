// Framing by the listener's delimiters: a message ends with `end`, and nothing else ends it. If
// there is a `begin`, text between two frames is a message too, a stray one, without the CR, LF,
// NUL and blanks around it.
#pragma once

#include "common/framing/framing_options.hpp"
#include "common/framing/message_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hark {

// The state between two reads, besides the pending message: plain data. The bytes that match part
// of a delimiter are not in the buffer, since they are known.
struct DelimitedState {
    bool inside = false;  // inside a frame; for a listener with a `begin`
    std::uint8_t begin_matched = 0;
    std::uint8_t end_matched = 0;
};

class DelimitedFramer {
   public:
    // All must outlive the framer, which is only a view of them.
    DelimitedFramer(const FramingOptions& options, MessageBuffer& message,
                    DelimitedState& state) noexcept
        : options_{options}, message_{message}, state_{state} {}

    // Like LineFramer::Reading.
    class Reading {
       public:
        Reading(DelimitedFramer& framer, std::span<char> data, SplitPoint& split_point) noexcept
            : framer_{framer},
              split_point_{split_point},
              data_{data.data(), data.size()},
              begun_before_{framer.pending()} {}

        [[nodiscard]] bool next(Frame& frame) noexcept;
        [[nodiscard]] std::size_t unread() const noexcept { return data_.size() - position_; }
        [[nodiscard]] bool pending_is_new() const noexcept {
            return framer_.pending() && !begun_before_;
        }

       private:
        // The first place from position_ on where a delimiter can begin; data_.size(): none.
        [[nodiscard]] std::size_t find_candidate() noexcept;
        // Takes the bytes before `end`, which cannot belong to a delimiter. True if that produced a
        // part.
        [[nodiscard]] bool take_run(std::size_t end, Frame& frame) noexcept;
        // Takes one byte that may belong to one. True if that produced a frame.
        [[nodiscard]] bool take_byte(Frame& frame) noexcept;

        DelimitedFramer& framer_;
        SplitPoint& split_point_;
        std::string_view data_;
        std::size_t position_ = 0;
        bool begun_before_;
        // The next occurrence of each delimiter's first byte, at or after position_;
        // data_.size(): none; npos: not known yet.
        std::size_t begin_at_ = std::string_view::npos;
        std::size_t end_at_ = std::string_view::npos;
    };

    // Whether a frame or a stray message has begun and not ended.
    [[nodiscard]] bool pending() const noexcept {
        return message_.pending() || holds_text() || (state_.inside && !options_.begin.empty());
    }
    // Whether a stray message is pending: silence ends it. Bytes that may begin a frame keep
    // waiting.
    [[nodiscard]] bool pending_is_stray() const noexcept { return !inside() && message_.pending(); }
    // Whether the next byte would be stray or begin a frame.
    [[nodiscard]] bool outside() const noexcept { return !inside(); }

    // Ends the pending message as it is; the rest of its frame is then outside. Outside of
    // frames, End::quiet leaves bytes that may begin one. Call it until it returns false.
    [[nodiscard]] bool flush(End end, SplitPoint& split_point, Frame& frame) noexcept;

   private:
    friend class Reading;

    [[nodiscard]] bool inside() const noexcept { return state_.inside || options_.begin.empty(); }
    // The number of bytes that have come and may belong to a delimiter.
    [[nodiscard]] std::size_t held() const noexcept;
    [[nodiscard]] std::string_view held_bytes() const noexcept;
    // Whether those bytes begin a message if they belong to no delimiter.
    [[nodiscard]] bool holds_text() const noexcept;
    // Ends the stray message; false if there is none.
    [[nodiscard]] bool show_stray(Frame& frame) noexcept;

    const FramingOptions& options_;
    MessageBuffer& message_;
    DelimitedState& state_;
};

}  // namespace hark
