#include "common/sys/inheritance.hpp"

#include <fcntl.h>

namespace hark::sys {

bool set_inherited(int fd, bool inherited) noexcept {
    return ::fcntl(fd, F_SETFD, inherited ? 0 : FD_CLOEXEC) == 0;
}

}  // namespace hark::sys
