#include "tools/terminal/colour.hpp"

#include <cstdlib>
#include <string_view>

#include <unistd.h>

namespace hark {

bool wants_colour(int fd) noexcept {
    const char* const terminal = std::getenv("TERM");
    const char* const refused = std::getenv("NO_COLOR");
    return ::isatty(fd) == 1 && (refused == nullptr || *refused == '\0') && terminal != nullptr &&
           *terminal != '\0' && std::string_view{terminal} != "dumb";
}

}  // namespace hark
