// Whether to colour what is shown.
#pragma once

namespace hark {

// Whether `fd` is a terminal that can, and nobody is against it (https://no-color.org).
[[nodiscard]] bool wants_colour(int fd) noexcept;

}  // namespace hark
