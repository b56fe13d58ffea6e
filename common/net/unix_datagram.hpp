// Datagrams to a socket of this machine (unix(7)): how the journal and the service manager are
// spoken to.
#pragma once

#include "common/sys/unique_fd.hpp"

#include <string_view>

namespace hark {

// A socket, non-blocking and close-on-exec, whose datagrams go to `address`: a path, or a name in
// the abstract namespace, which begins with '@'. It hears of room (EPOLLOUT), and of an end of the
// other side, which only a new one gets over. Returns 0 or -errno (ENOENT, ECONNREFUSED: nobody is
// there; EAFNOSUPPORT: no such address).
[[nodiscard]] int connect_datagram(std::string_view address, UniqueFd& into) noexcept;

}  // namespace hark
