// What the listener and the end of a connection assume of TCP.
#include "tests/support/sockets.hpp"

#include <array>
#include <cerrno>
#include <string>

#include <doctest/doctest.h>
#include <netinet/tcp.h>

using namespace hark;

TEST_CASE("an accepted socket inherits the listener's options") {
    constexpr int SEND_BUFFER = 20000;
    const UniqueFd listener = test::tcp_listener();
    test::set_option(listener.get(), IPPROTO_TCP, TCP_NODELAY, 1);
    test::set_option(listener.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
    test::set_option(listener.get(), SOL_SOCKET, SO_SNDBUF, SEND_BUFFER);
    const test::SocketPair pair = test::tcp_pair(listener.get());
    const int server = pair.server.get();
    CHECK(test::get_option(server, IPPROTO_TCP, TCP_NODELAY) == 1);
    CHECK(test::get_option(server, SOL_SOCKET, SO_KEEPALIVE) == 1);
    CHECK(test::get_option(server, SOL_SOCKET, SO_SNDBUF) == 2 * SEND_BUFFER);

    const UniqueFd plain = test::tcp_listener();
    const test::SocketPair other = test::tcp_pair(plain.get());
    CHECK(test::get_option(other.server.get(), IPPROTO_TCP, TCP_NODELAY) == 0);
    CHECK(test::get_option(other.server.get(), SOL_SOCKET, SO_KEEPALIVE) == 0);
}

namespace {

// The server has a reply under way that the client's full window holds back, and input that it has
// not read.
struct PairAtOdds {
    PairAtOdds() {
        unsent = test::send_until_full(pair.server.get());
        test::send_all(pair.client.get(), "unread");
        REQUIRE(test::wait_for_unread(pair.server.get(), 6));
    }

    UniqueFd listener = test::tcp_listener();
    test::SocketPair pair = test::tcp_pair(listener.get(), 4096);
    std::size_t unsent = 0;
};

// Counts all that arrives until the end, or until an error, which goes into `error`.
std::size_t count_to_end(int socket, int& error) {
    std::array<char, 4096> buffer;
    std::size_t total = 0;
    while (true) {
        const ssize_t size = ::recv(socket, buffer.data(), buffer.size(), 0);
        error = size < 0 ? errno : 0;
        if (size <= 0) return total;
        total += static_cast<std::size_t>(size);
    }
}

}  // namespace

TEST_CASE_FIXTURE(PairAtOdds, "close with unread input resets, and what was sent before is lost") {
    pair.server.reset();
    REQUIRE((test::poll_for(pair.client.get(), 0) & POLLERR) != 0);
    int error = 0;
    CHECK(count_to_end(pair.client.get(), error) < unsent);
    CHECK(error == ECONNRESET);
}

TEST_CASE_FIXTURE(PairAtOdds, "half-close, drain, close loses nothing") {
    REQUIRE(::shutdown(pair.server.get(), SHUT_WR) == 0);
    CHECK(test::recv_exactly(pair.server.get(), 6) == "unread");
    pair.server.reset();
    int error = 0;
    CHECK(count_to_end(pair.client.get(), error) == unsent);
    CHECK(error == 0);
}
