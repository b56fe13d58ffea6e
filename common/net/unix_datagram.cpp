#include "common/net/unix_datagram.hpp"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

#include <sys/socket.h>
#include <sys/un.h>

namespace hark {

bool is_datagram_address(std::string_view address) noexcept {
    return address.size() >= 2 && address.size() < sizeof(sockaddr_un::sun_path) &&
           (address.front() == '/' || address.front() == '@');
}

int connect_datagram(std::string_view address, UniqueFd& into) noexcept {
    if (!is_datagram_address(address)) return -EINVAL;
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
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
