// How talk shows a server's text.
#pragma once

#include "common/io/line_splitter.hpp"
#include "common/protocol/reply.hpp"
#include "common/text/charset.hpp"

#include <string>
#include <string_view>

namespace hark {

class TalkText {
   public:
    // The piece on one line, without terminator, UTF-8: anything unsafe to show is escaped, and
    // bytes that are neither UTF-8 nor GB18030 become \xNN.
    [[nodiscard]] std::string shown(const LinePiece& piece);

    // The piece as a JSON object, with LF.
    [[nodiscard]] std::string json(const LinePiece& piece);

   private:
    CharsetDecoder decoder_;
    Proof proof_ = Proof::none;
};

// The sequence that selects the colour of such a line, or empty; NO_COLOUR resets it.
[[nodiscard]] std::string_view colour_of(const LinePiece& piece) noexcept;
inline constexpr std::string_view NO_COLOUR = "\x1B[m";

}  // namespace hark
