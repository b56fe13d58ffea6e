// What a server says, as talk shows it.
#pragma once

#include "common/io/line_splitter.hpp"
#include "common/protocol/reply.hpp"
#include "common/text/charset.hpp"

#include <string>
#include <string_view>

namespace hark {

class TalkText {
   public:
    // The piece on one line, without an end, UTF-8: what is unsafe to show is escaped, and bytes
    // that are neither UTF-8 nor GB18030 are \xNN.
    [[nodiscard]] std::string shown(const LinePiece& piece);

    // The piece as a JSON object, with an LF.
    [[nodiscard]] std::string json(const LinePiece& piece);

   private:
    CharsetDecoder decoder_;
    Proof proof_ = Proof::none;
};

// What switches a terminal to the colour of such a line, empty for none; and back from any.
[[nodiscard]] std::string_view colour_of(const LinePiece& piece) noexcept;
inline constexpr std::string_view NO_COLOUR = "\x1B[m";

}  // namespace hark
