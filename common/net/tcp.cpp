#include "common/net/tcp.hpp"

#include "common/sys/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include <linux/sockios.h>
#include <linux/tcp.h>  // has all of tcp_info, unlike <netinet/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace hark::tcp {

namespace {

// The kernel counts these in seconds. It ends a connection when a probe is due, if TCP_USER_TIMEOUT
// has passed since the peer's last packet and at least one probe has gone unanswered.
struct KeepAlive {
    int idle_s;
    int interval_s;
    int probes;
    int user_timeout_ms;
};

KeepAlive keep_alive(std::chrono::milliseconds timeout) noexcept {
    constexpr int PARTS = 8;
    const auto parts = static_cast<int>(timeout.count()) / PARTS;
    const auto seconds = [](int milliseconds) { return std::max(milliseconds / 1000, 1); };
    // The timeout counts from the first retransmission, and a probe from the beginning of a second.
    const int early = std::min(parts, 500);
    return {seconds(parts * PARTS / 2), seconds(parts), PARTS / 2,
            static_cast<int>(timeout.count()) - early};
}

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
UniqueFd open_bound(const SocketAddress& address, bool reuse_port = false) {
    UniqueFd socket{open_socket(address)};
    if (!socket) return socket;
    set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
    if (reuse_port) set_option(socket.get(), SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT");
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

UniqueFd listen(const SocketAddress& address, int backlog, const SocketOptions& options) {
    SocketAddress bound = address;
    UniqueFd socket = open_bound(bound, options.reuse_port);
    if (!socket && is_any_ipv6(bound) && no_ipv6(errno)) {
        bound = any_ipv4(address.port());
        socket = open_bound(bound, options.reuse_port);
    }
    if (!socket) throw SystemError{errno, N_("cannot bind {}"), bound.text()};

    if (const auto failed = set_options(socket.get(), options)) {
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

std::optional<FailedOption> set_options(int socket, const SocketOptions& options) noexcept {
    struct Option {
        int level;
        int option;
        int value;
        const char* name;
    };
    const bool watched = options.peer_timeout.count() > 0;
    const KeepAlive alive = watched ? keep_alive(options.peer_timeout) : KeepAlive{};
    const Option all[] = {
        {IPPROTO_TCP, TCP_NODELAY, 1, "TCP_NODELAY"},
        // These two may have been on before.
        {SOL_SOCKET, SO_KEEPALIVE, watched ? 1 : 0, "SO_KEEPALIVE"},
        {IPPROTO_TCP, TCP_USER_TIMEOUT, alive.user_timeout_ms, "TCP_USER_TIMEOUT"},
        {IPPROTO_TCP, TCP_KEEPIDLE, alive.idle_s, "TCP_KEEPIDLE"},
        {IPPROTO_TCP, TCP_KEEPINTVL, alive.interval_s, "TCP_KEEPINTVL"},
        {IPPROTO_TCP, TCP_KEEPCNT, alive.probes, "TCP_KEEPCNT"},
        {SOL_SOCKET, SO_SNDBUF, options.send_buffer, "SO_SNDBUF"},
    };
    for (const auto& [level, option, value, name] : all) {
        const bool may_be_zero = option == TCP_USER_TIMEOUT || option == SO_KEEPALIVE;
        if (value == 0 && !may_be_zero) continue;
        if (::setsockopt(socket, level, option, &value, sizeof value) < 0) {
            return FailedOption{name, errno};
        }
    }
    return std::nullopt;
}

std::optional<FailedOption> set_user_timeout(int socket,
                                             std::chrono::milliseconds timeout) noexcept {
    const int value = timeout.count() > 0 ? keep_alive(timeout).user_timeout_ms : 0;
    if (::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &value, sizeof value) == 0) return {};
    return FailedOption{"TCP_USER_TIMEOUT", errno};
}

int unacknowledged(int socket) noexcept {
    int count = 0;
    return ::ioctl(socket, SIOCOUTQ, &count) < 0 ? -errno : count;
}

std::optional<SendState> send_state(int socket) noexcept {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) < 0) return std::nullopt;
    // While the window is closed, nothing is in flight but what was when it closed.
    const bool tells_window = size >= offsetof(tcp_info, tcpi_snd_wnd) + sizeof info.tcpi_snd_wnd;
    return SendState{
        .window_closed = info.tcpi_unacked == 0 || (tells_window && info.tcpi_snd_wnd == 0),
        .probes_unanswered = info.tcpi_probes,
        .silent = std::chrono::milliseconds{info.tcpi_last_ack_recv}};
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
