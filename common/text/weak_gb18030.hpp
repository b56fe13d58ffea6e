// Nearly any bytes above 7F, two by two, are some character of GB18030. What Chinese is mostly
// written in is a sixth of its codes of two bytes. Text with few of them is more likely to be in a
// charset that is not guessed, or UTF-8 that was cut.
#pragma once

#include <string_view>

namespace hark {

// Whether less than half of the characters that are not ASCII in `bytes`, valid GB18030, are
// GB2312's hanzi of the first level and its rows of punctuation, letters and digits; or none is.
[[nodiscard]] bool is_weak_gb18030(std::string_view bytes) noexcept;

}  // namespace hark
