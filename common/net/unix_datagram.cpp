#include "common/net/unix_datagram.hpp"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

#include <sys/socket.h>
#include <sys/un.h>

namespace hark {

int connect_datagram(std::string_view address, UniqueFd& into) noexcept {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    if (address.size() < 2 || (address.front() != '/' && address.front() != '@')) {
        return -EAFNOSUPPORT;
    }
    if (address.size() >= sizeof name.sun_path) return -ENAMETOOLONG;
    std::memcpy(name.sun_path, address.data(), address.size());
    socklen_t size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
    if (address.front() == '@') {
        name.sun_path[0] = '\0';
    } else {
        ++size;
    }
    UniqueFd socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket) return -errno;
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&name), size) != 0) {
        return -errno;
    }
    into = std::move(socket);
    return 0;
}

}  // namespace hark
