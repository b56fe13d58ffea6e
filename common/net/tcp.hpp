// TCP sockets: listening, and non-blocking connecting.
#pragma once

#include "common/net/address.hpp"
#include "common/sys/unique_fd.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace hark::tcp {

// What the kernel does for a connection, besides not delaying small writes (replies are written
// whole).
struct SocketOptions {
    // Bytes; limits the memory used by a peer that never reads. 0: the kernel's default.
    int send_buffer = 0;
    // A peer that has not answered the kernel for this long, or up to a quarter longer, is gone:
    // idle ones are probed (tcp(7), TCP_KEEPIDLE), others have data to acknowledge
    // (TCP_USER_TIMEOUT). 0: peers are not probed.
    std::chrono::milliseconds peer_timeout{0};
    // Lets other sockets of the same user, if they set it too, listen on the same address: the
    // kernel distributes connections among them (SO_REUSEPORT, socket(7)). Only listen() uses it.
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

// Sets SocketOptions::peer_timeout, but only for data that was sent and is not acknowledged.
[[nodiscard]] std::optional<FailedOption> set_user_timeout(
    int socket, std::chrono::milliseconds timeout) noexcept;

// Bytes sent that the peer has not acknowledged, or -errno.
[[nodiscard]] int unacknowledged(int socket) noexcept;

// The state of sending on a socket with unacknowledged bytes (tcp(7), TCP_INFO).
struct SendState {
    bool window_closed;                // the peer has no room; the kernel keeps probing it
    unsigned probes_unanswered;        // since its last answer
    std::chrono::milliseconds silent;  // since anything was heard from it
};
// Nothing if the kernel does not say.
[[nodiscard]] std::optional<SendState> send_state(int socket) noexcept;

// The address that `socket` is bound to.
[[nodiscard]] SocketAddress local_address(int socket) noexcept;

// Starts to connect: `socket` receives a non-blocking, close-on-exec socket that becomes writable
// once it is connected or has failed. Returns 0 or -errno; EINPROGRESS is reported as 0.
[[nodiscard]] int connect(const SocketAddress& address, UniqueFd& socket) noexcept;

// The result of connecting, or the error that epoll reported for a socket (SO_ERROR): 0 or a
// positive errno. Clears it.
[[nodiscard]] int take_error(int socket) noexcept;

}  // namespace hark::tcp
