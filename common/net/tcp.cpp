#include "common/net/tcp.hpp"

#include "common/sys/error.hpp"

#include <cerrno>
#include <cstring>

#include <netinet/tcp.h>
#include <sys/socket.h>

namespace hark::tcp {

namespace {

// A peer that vanished is detected 120 + 4 * 30 seconds after its last byte.
constexpr int KEEPALIVE_IDLE_S = 120;
constexpr int KEEPALIVE_INTERVAL_S = 30;
constexpr int KEEPALIVE_PROBES = 4;

int open_socket(const SocketAddress& address) noexcept {
    const int family = address.is_ipv4() ? AF_INET : AF_INET6;
    return ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

int bind_to(int socket, const SocketAddress& address) noexcept {
    sockaddr_storage raw;
    const socklen_t size = address.to(raw);
    return ::bind(socket, reinterpret_cast<const sockaddr*>(&raw), size);
}

void set_option(int socket, int level, int option, int value, const char* name) {
    if (::setsockopt(socket, level, option, &value, sizeof value) < 0) {
        throw SystemError{errno, N_("cannot set {}"), name};
    }
}

bool is_any_ipv6(const SocketAddress& address) noexcept {
    return !address.is_ipv4() && address.is_any();
}

// A socket bound to `address`; if that fails, an empty UniqueFd with the reason in errno.
UniqueFd open_bound(const SocketAddress& address) {
    UniqueFd socket{open_socket(address)};
    if (!socket) return socket;
    set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
    if (is_any_ipv6(address)) {
        // The default is a system setting (net.ipv6.bindv6only). Other addresses are IPv6 only
        // anyway.
        set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0, "IPV6_V6ONLY");
    }
    if (bind_to(socket.get(), address) < 0) {
        const int error = errno;
        socket.reset();
        errno = error;
    }
    return socket;
}

bool no_ipv6(int error) noexcept {
    return error == EAFNOSUPPORT || error == EADDRNOTAVAIL;
}

SocketAddress any_ipv4(std::uint16_t port) noexcept {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    sockaddr_storage raw{};
    std::memcpy(&raw, &in, sizeof in);
    return SocketAddress::from(raw);
}

}  // namespace

UniqueFd listen(const SocketAddress& address, int backlog, int send_buffer) {
    SocketAddress bound = address;
    UniqueFd socket = open_bound(bound);
    if (!socket && is_any_ipv6(bound) && no_ipv6(errno)) {
        bound = any_ipv4(address.port());
        socket = open_bound(bound);
    }
    if (!socket) throw SystemError{errno, N_("cannot bind {}"), bound.text()};

    if (const auto failed = set_options(socket.get(), send_buffer)) {
        throw SystemError{failed->error, N_("cannot set {}"), failed->name};
    }
    if (::listen(socket.get(), backlog) < 0) {
        throw SystemError{errno, N_("cannot listen on {}"), bound.text()};
    }
    return socket;
}

SocketAddress bound_address(const SocketAddress& address) {
    if (!is_any_ipv6(address)) return address;
    // Port 0 is always free.
    sockaddr_storage raw{};
    raw.ss_family = AF_INET6;
    const bool possible = open_bound(SocketAddress::from(raw)) || !no_ipv6(errno);
    return possible ? address : any_ipv4(address.port());
}

std::optional<FailedOption> set_options(int socket, int send_buffer) noexcept {
    struct Option {
        int level;
        int option;
        int value;
        const char* name;
    };
    const Option options[] = {
        {IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY"},
        {SOL_SOCKET, SO_KEEPALIVE, 1, "SO_KEEPALIVE"},
        {IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S, "TCP_KEEPIDLE"},
        {IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S, "TCP_KEEPINTVL"},
        {IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES, "TCP_KEEPCNT"},
        {SOL_SOCKET, SO_SNDBUF, send_buffer, "SO_SNDBUF"},
    };
    for (const auto& [level, option, value, name] : options) {
        if (value == 0) continue;
        if (::setsockopt(socket, level, option, &value, sizeof value) < 0) {
            return FailedOption{name, errno};
        }
    }
    return std::nullopt;
}

SocketAddress local_address(int socket) noexcept {
    sockaddr_storage raw{};
    socklen_t size = sizeof raw;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&raw), &size) < 0) return {};
    return SocketAddress::from(raw);
}

int connect(const SocketAddress& address, UniqueFd& socket) noexcept {
    socket.reset(open_socket(address));
    if (!socket) return -errno;
    sockaddr_storage raw;
    const socklen_t size = address.to(raw);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&raw), size) == 0) return 0;
    // If interrupted by a signal, connecting continues asynchronously.
    if (errno == EINPROGRESS || errno == EINTR) return 0;
    const int error = errno;
    socket.reset();
    return -error;
}

int take_error(int socket) noexcept {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) < 0) return errno;
    return error;
}

}  // namespace hark::tcp
