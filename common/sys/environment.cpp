#include "common/sys/environment.hpp"

#include <cstdlib>

namespace hark {

std::optional<std::string> take_variable(const char* name) {
    const char* const value = std::getenv(name);
    if (value == nullptr) return std::nullopt;
    std::string taken{value};
    ::unsetenv(name);
    return taken;
}

}  // namespace hark
