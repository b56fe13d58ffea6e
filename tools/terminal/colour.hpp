// Whether to use colour.
#pragma once

namespace hark {

// Whether `fd` is a terminal with colour, and NO_COLOR is not set (https://no-color.org).
[[nodiscard]] bool wants_colour(int fd) noexcept;

}  // namespace hark
