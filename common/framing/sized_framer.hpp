// Framing by a length before each message: in decimal digits, as in octet counting (RFC 6587,
// 3.4.1), or in binary. An invalid length, or one over the limit, ends the connection: nobody can
// tell where the next frame begins.
#pragma once

#include "common/framing/framing_options.hpp"
#include "common/framing/message_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hark {

// The state between two reads, besides the pending message: plain data. An incomplete header is in
// the buffer.
struct SizedState {
    // Bytes of the text still to come; 0: no complete header has come.
    std::uint32_t remaining = 0;
    [[nodiscard]] bool in_text() const noexcept { return remaining > 0; }
};

struct SizeHeader {
    enum class Verdict : std::uint8_t { more, complete, bad };
    Verdict verdict;
    std::uint32_t length = 0;  // with Verdict::complete
};

// "LENGTH SP": one to nine digits, without leading zeros; "0" is valid.
struct CountHeader {
    static constexpr End END = End::counted;
    [[nodiscard]] static SizeHeader parse(const FramingOptions& options,
                                          std::string_view bytes) noexcept;
    // Whether `byte` is skipped between two frames.
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

    // Like LineFramer::Reading. A frame that ends with End::frame is the last one.
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
        // Takes a byte of a header. True if that completes an empty frame.
        [[nodiscard]] bool take_header(Frame& frame) noexcept;
        // Takes text. True if that produced a frame.
        [[nodiscard]] bool take_text(Frame& frame) noexcept;

        SizedFramer& framer_;
        SplitPoint& split_point_;
        std::string_view data_;
        std::size_t position_ = 0;
        bool begun_before_;
        bool bad_ = false;  // the header and the rest of `data_` are one message
    };

    [[nodiscard]] bool pending() const noexcept { return message_.pending() || state_.in_text(); }

    // Ends the pending message as it is; End::timeout becomes End::frame. An incomplete header
    // becomes the text. Only End::frame gives an empty frame. Call it until it returns false.
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
