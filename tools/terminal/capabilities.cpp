#include "tools/terminal/capabilities.hpp"

#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

namespace hark {

bool can_draw(int fd) noexcept {
    if (::isatty(fd) != 1) return false;
    const char* const type = std::getenv("TERM");
    return type != nullptr && *type != '\0' && std::string_view{type} != "dumb";
}

bool is_interactive() noexcept {
    return ::isatty(STDIN_FILENO) == 1 && can_draw(STDOUT_FILENO);
}

TerminalSize terminal_size(int fd) noexcept {
    TerminalSize size;
    winsize told{};
    if (::ioctl(fd, TIOCGWINSZ, &told) != 0) return size;
    if (told.ws_col > 0) size.columns = told.ws_col;
    if (told.ws_row > 0) size.rows = told.ws_row;
    return size;
}

}  // namespace hark
