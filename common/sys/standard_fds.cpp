#include "common/sys/standard_fds.hpp"

#include <initializer_list>

#include <fcntl.h>
#include <unistd.h>

namespace hark {

void reserve_standard_fds() noexcept {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(fd, F_GETFD) >= 0) continue;
        // This is the lowest free descriptor. Opened in the wrong direction, it is unusable.
        const int flags = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;
        if (::open("/dev/null", flags) < 0) return;
    }
}

}  // namespace hark
