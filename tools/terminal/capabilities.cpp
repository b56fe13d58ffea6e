#include "tools/terminal/capabilities.hpp"

#include <cstdlib>
#include <string_view>

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

}  // namespace hark
