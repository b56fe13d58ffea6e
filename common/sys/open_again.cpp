#include "common/sys/open_again.hpp"

#include "common/sys/calls.hpp"

#include <string>

#include <fcntl.h>
#include <sys/stat.h>

namespace hark {

UniqueFd open_again_for_writing(int fd) noexcept {
    // A descriptor that is not writable must not become writable by reopening.
    const int mode = ::fcntl(fd, F_GETFL);
    if (mode < 0 || (mode & O_ACCMODE) == O_RDONLY) return {};
    struct stat status {};
    if (sys::fstat(fd, status) < 0) return {};
    if (!S_ISFIFO(status.st_mode) && !S_ISCHR(status.st_mode)) return {};
    constexpr int FLAGS = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    return UniqueFd{sys::open(path.c_str(), FLAGS, 0)};
}

}  // namespace hark
