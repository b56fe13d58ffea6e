#include "common/sys/unique_fd.hpp"

#include <unistd.h>

namespace hark {

void UniqueFd::reset(int fd) noexcept {
    const int old = std::exchange(fd_, fd);
    // No second try: Linux has freed the number whatever close says, EINTR included.
    if (old >= 0) ::close(old);
}

}  // namespace hark
