// TCP sockets: listening, and non-blocking connecting.
#pragma once

#include "common/net/address.hpp"
#include "common/sys/unique_fd.hpp"

#include <cstdint>
#include <optional>

namespace hark::tcp {

// A listening socket, non-blocking and close-on-exec. [::] also accepts IPv4; if the kernel has no
// IPv6, [::] becomes 0.0.0.0. Accepted sockets inherit its options: no delay (replies are small and
// sent whole), keep-alive (a peer that vanished silently is detected), a send buffer of
// `send_buffer` bytes (a limit for the kernel memory used by a peer that never reads; 0: the
// kernel's default). Throws SystemError: "cannot bind [::]:8765: Address already in use".
[[nodiscard]] UniqueFd listen(const SocketAddress& address, int backlog, int send_buffer);

// The address that listen() would bind: `address` itself, except for [::] without IPv6.
[[nodiscard]] SocketAddress bound_address(const SocketAddress& address);

// A socket option that could not be set.
struct FailedOption {
    const char* name;  // "TCP_NODELAY"
    int error;         // a positive errno
};

// Sets the same options as listen() on a socket opened elsewhere: a listening one, or a connection
// accepted before. Returns the first option that could not be set.
[[nodiscard]] std::optional<FailedOption> set_options(int socket, int send_buffer) noexcept;

// The address that `socket` is bound to.
[[nodiscard]] SocketAddress local_address(int socket) noexcept;

// Starts to connect: `socket` receives a non-blocking, close-on-exec socket that becomes writable
// once it is connected or has failed. Returns 0 or -errno; EINPROGRESS is reported as 0.
[[nodiscard]] int connect(const SocketAddress& address, UniqueFd& socket) noexcept;

// The result of connecting, or the error of a socket that epoll reported one for (SO_ERROR): 0 or a
// positive errno. Clears it.
[[nodiscard]] int take_error(int socket) noexcept;

}  // namespace hark::tcp
