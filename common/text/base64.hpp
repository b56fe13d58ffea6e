// Base64 (RFC 4648, section 4), with padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hark {

void append_base64(std::string& into, std::string_view bytes);

// The bytes that `text` encodes. Nothing if it is not base64, or not canonical: unused bits of the
// last digit must be zero (RFC 4648, section 3.5).
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace hark
