// Framing by a length that stands before each message: in decimal digits, as octet counting has it
// (RFC 6587, 3.4.1), or in binary. Bytes that are no length, or one over the limit, end the
// conversation: nobody can tell where the next frame begins.
#pragma once

#include "common/framing/framing_options.hpp"
#include "common/framing/message_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hark {

// Between two reads, besides the pending message: plain data. An unfinished header stands in the
// buffer.
struct SizedState {
    // Bytes of the text that have not come; 0: none have, nor has a header.
    std::uint32_t remaining = 0;
    [[nodiscard]] bool in_text() const noexcept { return remaining > 0; }
};

struct SizeHeader {
    enum class Verdict : std::uint8_t { more, complete, bad };
    Verdict verdict;
    std::uint32_t length = 0;  // with Verdict::complete
};

// "LENGTH SP": one to nine digits, the first no zero unless it stands alone.
struct CountHeader {
    static constexpr End END = End::counted;
    [[nodiscard]] static SizeHeader parse(const FramingOptions& options,
                                          std::string_view bytes) noexcept;
    // Whether `byte`, between two frames, belongs to neither.
    [[nodiscard]] static bool skips(char byte) noexcept {
        return byte == '\n' || byte == '\r' || byte == '\0';
    }
};

// One, two or four bytes.
struct LengthHeader {
    static constexpr End END = End::length;
    [[nodiscard]] static SizeHeader parse(const FramingOptions& options,
                                          std::string_view bytes) noexcept;
    [[nodiscard]] static bool skips(char) noexcept { return false; }
};

template <typename Header>
class SizedFramer {
   public:
    // All must outlive the framer, which is only a view of them.
    SizedFramer(const FramingOptions& options, MessageBuffer& message, SizedState& state) noexcept
        : options_{options}, message_{message}, state_{state} {}

    // As LineFramer::Reading. A frame that ends with End::frame is the last one.
    class Reading {
       public:
        Reading(SizedFramer& framer, std::span<char> data, SplitPoint& split_point) noexcept
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
        // Takes a byte of a header. True when the frame is empty, and so complete.
        [[nodiscard]] bool take_header(Frame& frame) noexcept;
        // Takes text. True when a frame or a part has come of it.
        [[nodiscard]] bool take_text(Frame& frame) noexcept;

        SizedFramer& framer_;
        SplitPoint& split_point_;
        std::string_view data_;
        std::size_t position_ = 0;
        bool begun_before_;
        bool bad_ = false;  // the rest of `data_` is one message with the header before it
    };

    [[nodiscard]] bool pending() const noexcept { return message_.pending() || state_.in_text(); }

    // Ends the pending message as it is; End::timeout becomes End::frame. An unfinished header is
    // the text. An empty frame is given only for End::frame. Call it until it returns false.
    [[nodiscard]] bool flush(End end, SplitPoint& split_point, Frame& frame) noexcept;

   private:
    friend class Reading;

    const FramingOptions& options_;
    MessageBuffer& message_;
    SizedState& state_;
};

using CountedFramer = SizedFramer<CountHeader>;
using LengthFramer = SizedFramer<LengthHeader>;

extern template class SizedFramer<CountHeader>;
extern template class SizedFramer<LengthHeader>;

}  // namespace hark
