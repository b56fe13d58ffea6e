#include "common/sys/unique_fd.hpp"

#include <unistd.h>

namespace hark {

void UniqueFd::reset(int fd) noexcept {
    const int old = std::exchange(fd_, fd);
    // Never retry: Linux has freed the number whatever close() returns, even EINTR.
    if (old >= 0) ::close(old);
}

}  // namespace hark
