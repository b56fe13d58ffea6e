// Unix sockets with a path in the file system (unix(7)).
#pragma once

#include "common/sys/unique_fd.hpp"

#include <string_view>

#include <sys/socket.h>
#include <sys/un.h>

namespace hark {

// As used by bind(2) and connect(2).
struct UnixAddress {
    sockaddr_un name{};
    socklen_t size = 0;

    [[nodiscard]] const sockaddr* raw() const noexcept {
        return reinterpret_cast<const sockaddr*>(&name);
    }
};

// The address for `path`. Returns 0 or -errno: EINVAL if it is empty, ENAMETOOLONG.
[[nodiscard]] int make_unix_address(std::string_view path, UnixAddress& into) noexcept;

// A non-blocking, close-on-exec socket of `type` (SOCK_STREAM, SOCK_DGRAM). Returns 0 or -errno.
[[nodiscard]] int make_unix_socket(int type, UniqueFd& into) noexcept;

// The same, connected to `address`. Does not block: -EAGAIN if the listener's backlog is full.
[[nodiscard]] int connect_unix(const UnixAddress& address, int type, UniqueFd& into) noexcept;

}  // namespace hark
