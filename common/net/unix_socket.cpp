#include "common/net/unix_socket.hpp"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

namespace hark {

int make_unix_address(std::string_view path, UnixAddress& into) noexcept {
    into = {};
    if (path.empty()) return -EINVAL;
    if (path.size() >= sizeof into.name.sun_path) return -ENAMETOOLONG;
    into.name.sun_family = AF_UNIX;
    std::memcpy(into.name.sun_path, path.data(), path.size());
    into.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
    return 0;
}

int make_unix_socket(int type, UniqueFd& into) noexcept {
    UniqueFd socket{::socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket) return -errno;
    into = std::move(socket);
    return 0;
}

int connect_unix(const UnixAddress& address, int type, UniqueFd& into) noexcept {
    UniqueFd socket;
    if (const int error = make_unix_socket(type, socket); error < 0) return error;
    if (::connect(socket.get(), address.raw(), address.size) != 0) return -errno;
    into = std::move(socket);
    return 0;
}

}  // namespace hark
