// What the terminal can do, judged by its name ($TERM), and its size.
#pragma once

namespace hark {

// Whether `fd` is a terminal that can move its cursor and show colours.
[[nodiscard]] bool can_draw(int fd) noexcept;

// Whether a person at standard input sees what is drawn on standard output.
[[nodiscard]] bool is_interactive() noexcept;

struct TerminalSize {
    unsigned columns = 80;
    unsigned rows = 24;
};
// The size of the terminal at `fd` (ioctl_tty(2), TIOCGWINSZ), and 80 x 24 for what it does not
// tell.
[[nodiscard]] TerminalSize terminal_size(int fd) noexcept;

}  // namespace hark
