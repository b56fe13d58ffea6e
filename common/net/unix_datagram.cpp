#include "common/net/unix_datagram.hpp"

#include "common/net/unix_socket.hpp"

#include <cerrno>

namespace hark {

bool is_datagram_address(std::string_view address) noexcept {
    return address.size() >= 2 && address.size() < sizeof(sockaddr_un::sun_path) &&
           (address.front() == '/' || address.front() == '@');
}

int connect_datagram(std::string_view address, UniqueFd& into) noexcept {
    if (!is_datagram_address(address)) return -EINVAL;
    UnixAddress raw;
    if (const int error = make_unix_address(address, raw); error < 0) return error;
    if (address.front() == '@') {
        // Abstract names have no terminating NUL: it would be part of the name.
        raw.name.sun_path[0] = '\0';
        --raw.size;
    }
    return connect_unix(raw, SOCK_DGRAM, into);
}

}  // namespace hark
