// What a server sent, made fit for a person's eyes: in whatever charset it came, and with nothing
// in it that could move the cursor or fake another line.
#pragma once

#include "common/io/line_splitter.hpp"
#include "common/text/charset.hpp"

#include <string>

namespace hark {

class ServerText {
   public:
    // The piece as UTF-8, controls as they came; undecodable bytes are U+FFFD. Valid until the next
    // call.
    [[nodiscard]] std::string_view decode(const LinePiece& piece) noexcept;

    // The piece as UTF-8 on one line, everything that is unsafe to show escaped (printable.hpp).
    [[nodiscard]] std::string printable(const LinePiece& piece);

   private:
    CharsetDecoder decoder_;
    Proof proof_ = Proof::none;
};

}  // namespace hark
