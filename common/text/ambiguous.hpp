// Messages that are UTF-8 and GB18030 alike: every character that is not ASCII takes two bytes in
// either. Words of living languages that are written in such letters look different from what two
// hanzi happen to spell, and that decides where the connection has not shown what it sends.
//
// docs/charset.md says how often this is wrong, and how that was measured.
#pragma once

#include <string_view>

namespace hark {

// Whether `bytes`, valid UTF-8 whose characters take one or two bytes, are rather GB18030.
[[nodiscard]] bool looks_like_gb18030(std::string_view bytes) noexcept;

}  // namespace hark
