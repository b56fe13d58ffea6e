// Nearly any two bytes above 7F are some character of GB18030. Chinese is mostly written in a sixth
// of its two-byte codes. Text with few of them is more likely to be in a charset that is not
// guessed, or UTF-8 that was cut.
#pragma once

#include <string_view>

namespace hark {

// Whether, of the characters that are not ASCII in `bytes`, valid GB18030, less than half or none
// are GB2312's first-level hanzi or in its rows of punctuation, letters and digits.
[[nodiscard]] bool is_weak_gb18030(std::string_view bytes) noexcept;

}  // namespace hark
