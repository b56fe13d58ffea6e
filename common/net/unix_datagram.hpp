// Unix datagram sockets (unix(7)), for the journal and the service manager.
#pragma once

#include "common/sys/unique_fd.hpp"

#include <string_view>

namespace hark {

// Whether `address` is valid: a path, or a name in the abstract namespace, which begins with '@'.
[[nodiscard]] bool is_datagram_address(std::string_view address) noexcept;

// A non-blocking, close-on-exec socket that sends datagrams to `address`. It reports when it has
// room (EPOLLOUT) and when the other end has gone; then a new socket is needed. Returns 0 or -errno
// (ENOENT, ECONNREFUSED: no receiver; EINVAL: invalid address).
[[nodiscard]] int connect_datagram(std::string_view address, UniqueFd& into) noexcept;

}  // namespace hark
