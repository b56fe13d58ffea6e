// What the terminal can do, by what it is called ($TERM).
#pragma once

namespace hark {

// Whether `fd` is a terminal that can move its cursor and show colours.
[[nodiscard]] bool can_draw(int fd) noexcept;

// Whether a person at standard input sees what is drawn on standard output.
[[nodiscard]] bool is_interactive() noexcept;

}  // namespace hark
