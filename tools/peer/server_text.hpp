// Makes a server's text fit for display: decodes its charset, and escapes everything that could
// move the cursor or fake a line.
#pragma once

#include "common/io/line_splitter.hpp"
#include "common/text/charset.hpp"

#include <string>

namespace hark {

class ServerText {
   public:
    // The piece as UTF-8, with controls unchanged; undecodable bytes become U+FFFD. Valid until the
    // next call.
    [[nodiscard]] std::string_view decode(const LinePiece& piece) noexcept;

    // The piece as one line of UTF-8, with everything unsafe to show escaped (printable.hpp).
    [[nodiscard]] std::string printable(const LinePiece& piece);

   private:
    CharsetDecoder decoder_;
    Proof proof_ = Proof::none;
};

}  // namespace hark
