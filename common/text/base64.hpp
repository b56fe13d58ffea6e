// Base64 (RFC 4648, section 4), with padding.
#pragma once

#include <string>
#include <string_view>

namespace hark {

void append_base64(std::string& into, std::string_view bytes);

}  // namespace hark
