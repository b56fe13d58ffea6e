// The bytes of a message on the wire, from those of its parts.
#pragma once

#include "common/text/charset.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hark {

class PartBytes {
   public:
    // False if it is not valid base64.
    [[nodiscard]] bool add_base64(std::string_view encoded);
    // Adds `text`, valid UTF-8, in the charset of that name, as records have it. False if it cannot
    // be encoded, or this C library does not know the charset.
    [[nodiscard]] bool add_text(std::string_view text, std::string_view charset);
    // All that was added.
    [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }
    [[nodiscard]] std::string base64() const;

   private:
    std::string bytes_;
    std::optional<CharsetDecoder> decoder_;
};

[[nodiscard]] bool is_ascii(std::string_view text) noexcept;

}  // namespace hark
