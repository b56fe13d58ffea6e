// TCP sockets: listening, and connecting without waiting.
#pragma once

#include "common/net/address.hpp"
#include "common/sys/unique_fd.hpp"

#include <cstdint>
#include <optional>

namespace hark::tcp {

// A listening socket, non-blocking and close-on-exec. [::] takes IPv4 as well; where the kernel has
// no IPv6, [::] becomes 0.0.0.0. Accepted sockets inherit: no delay (replies are small and
// whole), keep-alive (a peer that vanished silently is noticed), a send buffer of `send_buffer`
// bytes (a peer that never reads holds no more kernel memory than that; 0: the kernel's choice).
// Throws SystemError: "cannot bind [::]:8765: Address already in use".
[[nodiscard]] UniqueFd listen(const SocketAddress& address, int backlog, int send_buffer);

// What listen() would bind for `address`: itself, but for [::] where the kernel has no IPv6.
[[nodiscard]] SocketAddress bound_address(const SocketAddress& address);

// A socket option that could not be set.
struct FailedOption {
    const char* name;  // "TCP_NODELAY"
    int error;         // a positive errno
};

// What listen() does to its socket for the sake of what is accepted from it, done to one that was
// opened elsewhere: listening, or a connection that was there before. Returns what could not be
// set.
[[nodiscard]] std::optional<FailedOption> set_options(int socket, int send_buffer) noexcept;

// The address that `socket` is bound to.
[[nodiscard]] SocketAddress local_address(int socket) noexcept;

// Starts to connect: a non-blocking, close-on-exec socket in `socket`, which is writable once it is
// connected or has failed. Returns 0 or -errno; EINPROGRESS is no error.
[[nodiscard]] int connect(const SocketAddress& address, UniqueFd& socket) noexcept;

// What became of a connect (SO_ERROR), or of a socket that epoll reported an error for: 0 or a
// positive errno. Clears it.
[[nodiscard]] int take_error(int socket) noexcept;

}  // namespace hark::tcp
