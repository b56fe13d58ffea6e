// The other end of the daemon's sockets: real TCP over loopback, with plain blocking calls that
// give up after ten seconds instead of hanging a test. They bypass hark::sys, so that fault scripts
// do not affect them.
#pragma once

#include "common/sys/error.hpp"
#include "common/sys/unique_fd.hpp"

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

namespace hark::test {

inline constexpr int PATIENCE_MS = 10'000;

// Returns `result`; if it is negative, throws with errno.
template <typename Result>
Result checked(Result result, const char* what) {
    if (result < 0) throw SystemError{errno, what};
    return result;
}

template <typename Value>
void set_option(int socket, int level, int option, Value value) {
    checked(::setsockopt(socket, level, option, &value, sizeof value), "setsockopt");
}

[[nodiscard]] inline int get_option(int socket, int level, int option) {
    int value = 0;
    socklen_t size = sizeof value;
    checked(::getsockopt(socket, level, option, &value, &size), "getsockopt");
    return value;
}

inline void set_blocking(int fd, bool blocking) {
    const int flags = checked(::fcntl(fd, F_GETFL), "fcntl");
    checked(::fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK), "fcntl");
}

// Makes a blocking socket's calls fail with EAGAIN after PATIENCE_MS.
inline void make_patient(int socket) {
    const timeval patience{PATIENCE_MS / 1000, 0};
    set_option(socket, SOL_SOCKET, SO_RCVTIMEO, patience);
    set_option(socket, SOL_SOCKET, SO_SNDTIMEO, patience);
}

[[nodiscard]] inline std::uint16_t port_of(int socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    checked(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    return ntohs(address.sin_port);  // an IPv6 address has its port at the same offset
}

// A listening socket on 127.0.0.1 with a port that the kernel picks.
[[nodiscard]] inline UniqueFd tcp_listener() {
    UniqueFd socket{checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    checked(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), "bind");
    checked(::listen(socket.get(), SOMAXCONN), "listen");
    return socket;
}

// A client connected to 127.0.0.1:`port`; blocking, with a timeout. `receive_buffer` above 0 makes
// a peer whose window fills quickly.
[[nodiscard]] inline UniqueFd tcp_client(std::uint16_t port, int receive_buffer = 0) {
    UniqueFd socket{checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")};
    make_patient(socket.get());
    if (receive_buffer > 0) set_option(socket.get(), SOL_SOCKET, SO_RCVBUF, receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    checked(::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address),
            "connect");
    return socket;
}

struct SocketPair {
    UniqueFd client;  // the test's end: blocking, with a timeout
    UniqueFd server;  // the daemon's end: non-blocking
};

// The two ends of a connection, the second accepted from `listener`.
[[nodiscard]] inline SocketPair tcp_pair(int listener, int receive_buffer = 0) {
    UniqueFd client = tcp_client(port_of(listener), receive_buffer);
    const int server = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return {std::move(client), UniqueFd{checked(server, "accept4")}};
}

[[nodiscard]] inline SocketPair tcp_pair() {
    return tcp_pair(tcp_listener().get());
}

// The same with a pair of Unix sockets.
[[nodiscard]] inline SocketPair unix_pair() {
    int fds[2];
    checked(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), "socketpair");
    SocketPair pair{UniqueFd{fds[0]}, UniqueFd{fds[1]}};
    make_patient(pair.client.get());
    set_blocking(pair.server.get(), false);
    return pair;
}

inline void send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent =
            checked(::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL), "send");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

// Sends until the peer's buffers are full; returns the number of bytes sent.
inline std::size_t send_until_full(int socket) {
    const std::string bytes(4096, 'x');
    std::size_t total = 0;
    while (true) {
        const ssize_t sent =
            ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EAGAIN) return total;
        total += static_cast<std::size_t>(checked(sent, "send"));
    }
}

// The bits of `events` (and POLLERR, POLLHUP) that are set; 0 after a timeout.
[[nodiscard]] inline short poll_for(int fd, short events, int timeout_ms = PATIENCE_MS) {
    pollfd entry{fd, events, 0};
    checked(::poll(&entry, 1, timeout_ms), "poll");
    return entry.revents;
}

// Waits for one recv; "" at the end of the stream.
[[nodiscard]] inline std::string recv_some(int socket, std::size_t most = 65536) {
    if (poll_for(socket, POLLIN) == 0) throw SystemError{ETIMEDOUT, "recv"};
    std::string bytes(most, '\0');
    bytes.resize(static_cast<std::size_t>(checked(::recv(socket, bytes.data(), most, 0), "recv")));
    return bytes;
}

// `size` bytes; fewer if the stream ends first.
[[nodiscard]] inline std::string recv_exactly(int socket, std::size_t size) {
    std::string bytes;
    while (bytes.size() < size) {
        const std::string more = recv_some(socket, size - bytes.size());
        if (more.empty()) break;
        bytes += more;
    }
    return bytes;
}

// Up to and including the next LF; less if the stream ends first.
[[nodiscard]] inline std::string recv_line(int socket) {
    std::string line;
    while (!line.ends_with('\n')) {
        const std::string next = recv_some(socket, 1);
        if (next.empty()) break;
        line += next;
    }
    return line;
}

// Everything up to the end of the stream. Throws on a reset.
[[nodiscard]] inline std::string recv_to_end(int socket) {
    std::string bytes;
    while (true) {
        const std::string more = recv_some(socket);
        if (more.empty()) return bytes;
        bytes += more;
    }
}

// Waits until `size` bytes are unread in `socket`; false after a timeout.
[[nodiscard]] inline bool wait_for_unread(int socket, std::size_t size) {
    for (int waited_ms = 0; waited_ms < PATIENCE_MS; ++waited_ms) {
        int unread = 0;
        checked(::ioctl(socket, FIONREAD, &unread), "ioctl");
        if (static_cast<std::size_t>(unread) >= size) return true;
        ::poll(nullptr, 0, 1);
    }
    return false;
}

// Closes with a reset instead of an orderly end.
inline void reset_connection(UniqueFd& socket) {
    set_option(socket.get(), SOL_SOCKET, SO_LINGER, linger{1, 0});
    socket.reset();
}

}  // namespace hark::test
