// What the terminal can do, judged by its type ($TERM), and its size.
#pragma once

namespace hark {

// Whether `fd` is a terminal that can move its cursor and show colours.
[[nodiscard]] bool can_draw(int fd) noexcept;

// Whether standard input and output are both a person's terminal.
[[nodiscard]] bool is_interactive() noexcept;

struct TerminalSize {
    unsigned columns = 80;
    unsigned rows = 24;
};
// The size of the terminal at `fd` (ioctl_tty(2), TIOCGWINSZ); 80 x 24 for values it does not
// report.
[[nodiscard]] TerminalSize terminal_size(int fd) noexcept;

}  // namespace hark
