#include "common/varlink/control_path.hpp"

#include <cstdlib>

namespace hark {

std::vector<std::string> control_paths() {
    std::vector<std::string> paths{"/run/harkd/control"};
    const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
    // Relative paths must be ignored (XDG Base Directory Specification).
    if (runtime != nullptr && *runtime == '/') {
        paths.push_back(std::string{runtime}.append("/harkd/control"));
    }
    return paths;
}

}  // namespace hark
