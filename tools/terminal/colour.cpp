#include "tools/terminal/colour.hpp"

#include "tools/terminal/capabilities.hpp"

#include <cstdlib>

namespace hark {

bool wants_colour(int fd) noexcept {
    const char* const refused = std::getenv("NO_COLOR");
    return (refused == nullptr || *refused == '\0') && can_draw(fd);
}

}  // namespace hark
