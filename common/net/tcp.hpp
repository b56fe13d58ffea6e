// TCP sockets: listening, and non-blocking connecting.
#pragma once

#include "common/net/address.hpp"
#include "common/sys/unique_fd.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace hark::tcp {

// What the kernel does for a connection, besides not delaying small writes: replies are sent whole.
struct SocketOptions {
    // Bytes; a limit for the memory used by a peer that never reads. 0: the kernel's default.
    int send_buffer = 0;
    // A peer that has not answered the kernel for so long is gone, and for a quarter longer at
    // most: idle ones are asked (tcp(7), TCP_KEEPIDLE), others are sent to (TCP_USER_TIMEOUT). 0:
    // nobody is asked.
    std::chrono::milliseconds peer_timeout{0};
    // Other sockets of the same user may listen on the same address, if they say so too: the kernel
    // shares the connections out among them (SO_REUSEPORT, socket(7)). Only listen() heeds it.
    bool reuse_port = false;
};

// A listening socket, non-blocking and close-on-exec. [::] also accepts IPv4; if the kernel has no
// IPv6, [::] becomes 0.0.0.0. Accepted sockets inherit its options. Throws SystemError: "cannot
// bind [::]:8765: Address already in use".
[[nodiscard]] UniqueFd listen(const SocketAddress& address, int backlog,
                              const SocketOptions& options);

// The address that listen() would bind: `address` itself, except for [::] without IPv6.
[[nodiscard]] SocketAddress bound_address(const SocketAddress& address);

// A socket option that could not be set.
struct FailedOption {
    const char* name;  // "TCP_NODELAY"
    int error;         // a positive errno
};

// Sets the same options as listen() on a socket opened elsewhere: a listening one, or a connection
// accepted before. Returns the first option that could not be set.
[[nodiscard]] std::optional<FailedOption> set_options(int socket,
                                                      const SocketOptions& options) noexcept;

// SocketOptions::peer_timeout, but only of data that was sent and is not acknowledged.
[[nodiscard]] std::optional<FailedOption> set_user_timeout(
    int socket, std::chrono::milliseconds timeout) noexcept;

// Bytes that were sent and that the peer has not acknowledged, or -errno.
[[nodiscard]] int unacknowledged(int socket) noexcept;

// How sending goes on a socket with bytes that are not acknowledged (tcp(7), TCP_INFO).
struct SendState {
    bool window_closed;                // the peer has no room; it is asked again and again
    unsigned probes_unanswered;        // since it answered last
    std::chrono::milliseconds silent;  // since anything was heard of it
};
// Nothing if the kernel does not tell.
[[nodiscard]] std::optional<SendState> send_state(int socket) noexcept;

// The address that `socket` is bound to.
[[nodiscard]] SocketAddress local_address(int socket) noexcept;

// Starts to connect: `socket` receives a non-blocking, close-on-exec socket that becomes writable
// once it is connected or has failed. Returns 0 or -errno; EINPROGRESS is reported as 0.
[[nodiscard]] int connect(const SocketAddress& address, UniqueFd& socket) noexcept;

// The result of connecting, or the error of a socket that epoll reported one for (SO_ERROR): 0 or a
// positive errno. Clears it.
[[nodiscard]] int take_error(int socket) noexcept;

}  // namespace hark::tcp
