// Sockets of this machine that have a place in the file system (unix(7)).
#pragma once

#include "common/sys/unique_fd.hpp"

#include <string_view>

#include <sys/socket.h>
#include <sys/un.h>

namespace hark {

// As bind(2) and connect(2) take it.
struct UnixAddress {
    sockaddr_un name{};
    socklen_t size = 0;

    [[nodiscard]] const sockaddr* raw() const noexcept {
        return reinterpret_cast<const sockaddr*>(&name);
    }
};

// The address of what is at `path`. Returns 0 or -errno: EINVAL when it is empty, ENAMETOOLONG.
[[nodiscard]] int make_unix_address(std::string_view path, UnixAddress& into) noexcept;

// A socket of `type` (SOCK_STREAM, SOCK_DGRAM), non-blocking and close-on-exec. Returns 0 or
// -errno.
[[nodiscard]] int make_unix_socket(int type, UniqueFd& into) noexcept;

// The same, connected to `address`. Does not wait: -EAGAIN when the one who listens there has no
// room.
[[nodiscard]] int connect_unix(const UnixAddress& address, int type, UniqueFd& into) noexcept;

}  // namespace hark
