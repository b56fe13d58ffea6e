// Messages that are valid both in UTF-8 and in GB18030: every character that is not ASCII takes two
// bytes in either. Words of living languages written in such letters look different from what two
// hanzi happen to spell, and that decides if the connection has not proved its charset.
//
// docs/charset.md says how often this is wrong, and how that was measured.
#pragma once

#include <string_view>

namespace hark {

// Whether `bytes`, valid UTF-8 whose characters take one or two bytes, are more likely GB18030.
[[nodiscard]] bool looks_like_gb18030(std::string_view bytes) noexcept;

}  // namespace hark
