#include "common/net/tcp.hpp"
#include "common/sys/error.hpp"
#include "tests/support/child.hpp"
#include "tests/support/sockets.hpp"

#include <cerrno>
#include <chrono>
#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/syscall.h>

using namespace hark;
using namespace std::chrono_literals;

namespace {

SocketAddress address(std::string_view text) {
    return SocketAddress::parse(text).value();
}

// The loopback address at which a client reaches a listener on all addresses.
SocketAddress on_loopback(int listener, const char* host) {
    const std::uint16_t port = tcp::local_address(listener).port();
    return address(std::string{host} + ":" + std::to_string(port));
}

// Connects and waits for the result: 0 or a positive errno.
int connected(const SocketAddress& to, UniqueFd& socket) {
    const int result = tcp::connect(to, socket);
    if (result < 0) return -result;
    if (test::poll_for(socket.get(), POLLOUT) == 0) return ETIMEDOUT;
    return tcp::take_error(socket.get());
}

UniqueFd accepted(int listener) {
    REQUIRE(test::poll_for(listener, POLLIN) != 0);
    UniqueFd socket{::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    REQUIRE(socket);
    return socket;
}

}  // namespace

TEST_CASE("[::] takes both families, and the kernel picks port 0") {
    const UniqueFd listener = tcp::listen(address("[::]:0"), 125, {});
    CHECK(tcp::local_address(listener.get()).port() != 0);
    CHECK(tcp::local_address(listener.get()).is_any());
    for (const char* host : {"127.0.0.1", "[::1]"}) {
        UniqueFd client;
        CHECK(connected(on_loopback(listener.get(), host), client) == 0);
        const UniqueFd server = accepted(listener.get());
        CHECK(tcp::local_address(server.get()) == on_loopback(listener.get(), host));
    }
}

TEST_CASE("a listener is non-blocking and close-on-exec") {
    const UniqueFd listener = tcp::listen(address("127.0.0.1:0"), 1, {});
    CHECK((::fcntl(listener.get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(listener.get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("one IPv6 address takes IPv6 alone") {
    const UniqueFd listener = tcp::listen(address("[::1]:0"), 1, {});
    CHECK(test::get_option(listener.get(), IPPROTO_IPV6, IPV6_V6ONLY) == 1);
    UniqueFd client;
    CHECK(connected(on_loopback(listener.get(), "127.0.0.1"), client) == ECONNREFUSED);
}

TEST_CASE("what is accepted has no delay, keep-alive and the send buffer") {
    constexpr int SEND_BUFFER = 16384;
    const UniqueFd listener =
        tcp::listen(address("[::]:0"), 1, {.send_buffer = SEND_BUFFER, .peer_timeout = 120s});
    UniqueFd client;
    REQUIRE(connected(on_loopback(listener.get(), "127.0.0.1"), client) == 0);
    const UniqueFd server = accepted(listener.get());
    const int server_fd = server.get();
    CHECK(test::get_option(server_fd, IPPROTO_TCP, TCP_NODELAY) == 1);
    CHECK(test::get_option(server_fd, SOL_SOCKET, SO_KEEPALIVE) == 1);
    CHECK(test::get_option(server_fd, IPPROTO_TCP, TCP_KEEPIDLE) == 60);
    CHECK(test::get_option(server_fd, IPPROTO_TCP, TCP_KEEPINTVL) == 15);
    CHECK(test::get_option(server_fd, IPPROTO_TCP, TCP_KEEPCNT) == 4);
    CHECK(test::get_option(server_fd, IPPROTO_TCP, TCP_USER_TIMEOUT) == 119'500);
    CHECK(test::get_option(server_fd, SOL_SOCKET, SO_SNDBUF) == 2 * SEND_BUFFER);  // socket(7)
}

TEST_CASE("without a time for peers the kernel asks nobody, also when it did before") {
    const UniqueFd listener = tcp::listen(address("127.0.0.1:0"), 1, {.peer_timeout = 3s});
    const int fd = listener.get();
    CHECK(test::get_option(fd, SOL_SOCKET, SO_KEEPALIVE) == 1);
    CHECK(test::get_option(fd, IPPROTO_TCP, TCP_KEEPIDLE) == 1);
    CHECK(test::get_option(fd, IPPROTO_TCP, TCP_KEEPINTVL) == 1);
    CHECK(test::get_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT) == 2'625);
    CHECK_FALSE(tcp::set_options(fd, {}));
    CHECK(test::get_option(fd, SOL_SOCKET, SO_KEEPALIVE) == 0);
    CHECK(test::get_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT) == 0);
}

TEST_CASE("a peer that does not read has a closed window, and answers") {
    const UniqueFd listener = tcp::listen(address("127.0.0.1:0"), 1, {.send_buffer = 1 << 20});
    test::set_option(listener.get(), SOL_SOCKET, SO_RCVBUF, 1);
    UniqueFd client;
    REQUIRE(connected(tcp::local_address(listener.get()), client) == 0);
    const UniqueFd server = accepted(listener.get());
    CHECK(tcp::unacknowledged(client.get()) == 0);
    const std::string much(64 << 10, 'x');
    REQUIRE(::send(client.get(), much.data(), much.size(), MSG_DONTWAIT | MSG_NOSIGNAL) > 0);
    const auto closed = [&] {
        const auto state = tcp::send_state(client.get());
        return state && state->window_closed && tcp::unacknowledged(client.get()) > 0;
    };
    for (int tries = 0; tries < 200 && !closed(); ++tries) {
        static_cast<void>(test::poll_for(client.get(), 0, 10));
    }
    CHECK(closed());
    CHECK(tcp::send_state(client.get())->probes_unanswered <= 1);
    CHECK_FALSE(tcp::set_user_timeout(client.get(), 8s));
    CHECK(test::get_option(client.get(), IPPROTO_TCP, TCP_USER_TIMEOUT) == 7'500);
}

TEST_CASE("a port in use is refused with verb, object and reason") {
    const UniqueFd first = tcp::listen(address("127.0.0.1:0"), 1, {});
    const SocketAddress taken = tcp::local_address(first.get());
    const std::string expected = "cannot bind " + taken.text() + ": Address already in use";
    CHECK_THROWS_WITH_AS(static_cast<void>(tcp::listen(taken, 1, {})), expected.c_str(),
                         SystemError);
}

TEST_CASE("an address that is not this machine's is refused") {
    CHECK_THROWS_WITH_AS(static_cast<void>(tcp::listen(address("192.0.2.7:0"), 1, {})),
                         "cannot bind 192.0.2.7:0: Cannot assign requested address", SystemError);
}

TEST_CASE("a port can be listened on again while its old connections wind down") {
    UniqueFd listener = tcp::listen(address("127.0.0.1:0"), 1, {});
    const SocketAddress bound = tcp::local_address(listener.get());
    UniqueFd client;
    REQUIRE(connected(bound, client) == 0);
    UniqueFd server = accepted(listener.get());
    server.reset();  // it closes first, so TIME_WAIT is on this side
    listener.reset();
    CHECK(tcp::listen(bound, 1, {}));
}

TEST_CASE("with IPv6, every address is bound as it is") {
    for (const char* text : {"[::]:8765", "[::1]:8765", "0.0.0.0:8765", "127.0.0.1:0"}) {
        CHECK(tcp::bound_address(address(text)) == address(text));
    }
}

TEST_CASE("without IPv6, [::] becomes 0.0.0.0") {
    const auto without_ipv6 = [] {
        if (!test::refuse_call(SYS_socket, AF_INET6, EAFNOSUPPORT)) return 1;
        try {
            const UniqueFd listener = tcp::listen(address("[::]:0"), 1, {});
            const SocketAddress bound = tcp::local_address(listener.get());
            if (!bound.is_ipv4() || !bound.is_any() || bound.port() == 0) return 2;
            if (tcp::bound_address(address("[::]:8765")) != address("0.0.0.0:8765")) return 3;
            UniqueFd client;
            if (connected(on_loopback(listener.get(), "127.0.0.1"), client) != 0) return 3;
        } catch (const SystemError&) {
            return 4;
        }
        try {
            static_cast<void>(tcp::listen(address("[::1]:0"), 1, {}));
        } catch (const SystemError& error) {
            return error.error() == EAFNOSUPPORT ? 0 : 5;
        }
        return 6;
    };
    CHECK(test::in_child(without_ipv6) == 0);
}

TEST_CASE("connect does not wait, and its outcome is taken later") {
    const UniqueFd listener = tcp::listen(address("127.0.0.1:0"), 1, {});
    const SocketAddress bound = tcp::local_address(listener.get());
    UniqueFd client;
    REQUIRE(connected(bound, client) == 0);
    CHECK((::fcntl(client.get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK((::fcntl(client.get(), F_GETFD) & FD_CLOEXEC) != 0);
    const UniqueFd server = accepted(listener.get());
    test::send_all(server.get(), "hi");
    CHECK(test::recv_exactly(client.get(), 2) == "hi");
}

TEST_CASE("a connect that is refused says so once") {
    SocketAddress nobody;
    {
        const UniqueFd listener = tcp::listen(address("127.0.0.1:0"), 1, {});
        nobody = tcp::local_address(listener.get());
    }
    UniqueFd client;
    CHECK(connected(nobody, client) == ECONNREFUSED);
    CHECK(tcp::take_error(client.get()) == 0);
}

TEST_CASE("a connect that cannot begin returns the error and leaves no socket") {
    UniqueFd client;
    CHECK(tcp::connect(address("255.255.255.255:1"), client) < 0);
    CHECK_FALSE(client);
}

TEST_CASE("a socket that is none has no address, and an error") {
    CHECK(tcp::local_address(-1) == SocketAddress{});
    CHECK(tcp::take_error(-1) == EBADF);
}
