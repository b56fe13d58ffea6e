#include "common/proto/control_path.hpp"

#include <cstdlib>

namespace hark {

std::vector<std::string> control_folders() {
    std::vector<std::string> folders{"/run/harkd"};
    const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
    // A relative one is to be ignored (XDG Base Directory Specification).
    if (runtime != nullptr && *runtime == '/') {
        folders.push_back(std::string{runtime}.append("/harkd"));
    }
    return folders;
}

}  // namespace hark
