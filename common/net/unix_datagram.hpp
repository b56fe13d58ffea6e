// Datagrams to a socket of this machine (unix(7)): how the journal and the service manager are
// spoken to.
#pragma once

#include "common/sys/unique_fd.hpp"

#include <string_view>

namespace hark {

// Whether `address` can be one: a path, or a name in the abstract namespace, which begins with '@'.
[[nodiscard]] bool is_datagram_address(std::string_view address) noexcept;

// A socket, non-blocking and close-on-exec, whose datagrams go to `address`. It hears of room
// (EPOLLOUT), and of an end of the other side, which only a new one gets over. Returns 0 or -errno
// (ENOENT, ECONNREFUSED: nobody is there; EINVAL: no address).
[[nodiscard]] int connect_datagram(std::string_view address, UniqueFd& into) noexcept;

}  // namespace hark
