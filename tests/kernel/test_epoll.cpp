// What the loop and the connections assume of epoll.
#include "tests/support/sockets.hpp"

#include <array>
#include <cerrno>
#include <cstdint>

#include <doctest/doctest.h>
#include <sys/epoll.h>

using namespace hark;

namespace {

// One descriptor in an epoll instance.
class Epoll {
   public:
    Epoll(int fd, std::uint32_t events) : fd_{fd} {
        epoll_event event{};
        event.events = events;
        test::checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
    }

    // The events that come up now; 0 if there are none.
    [[nodiscard]] std::uint32_t events() const {
        epoll_event event{};
        const int count = test::checked(::epoll_wait(epoll_.get(), &event, 1, 0), "epoll_wait");
        return count == 0 ? 0 : event.events;
    }
    void set_mask(std::uint32_t events) const {
        epoll_event event{};
        event.events = events;
        test::checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd_, &event), "epoll_ctl");
    }
    void remove() const {
        test::checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd_, nullptr), "epoll_ctl");
    }

   private:
    UniqueFd epoll_{test::checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")};
    int fd_;
};

// A pair whose server has received data and then a reset, both before this returns.
test::SocketPair pair_with_data_and_reset() {
    test::SocketPair pair = test::tcp_pair();
    test::send_all(pair.client.get(), "last words");
    REQUIRE(test::wait_for_unread(pair.server.get(), 10));
    test::reset_connection(pair.client);
    REQUIRE((test::poll_for(pair.server.get(), 0) & POLLERR) != 0);
    return pair;
}

}  // namespace

TEST_CASE("data and a reset after it come up together, and the data can still be read") {
    const test::SocketPair pair = pair_with_data_and_reset();
    const int server = pair.server.get();
    const Epoll epoll{server, EPOLLIN | EPOLLRDHUP};
    CHECK(epoll.events() == (EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP));

    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    CHECK(::getpeername(server, reinterpret_cast<sockaddr*>(&peer), &size) == -1);
    CHECK(errno == ENOTCONN);

    std::array<char, 64> buffer{};
    CHECK(::recv(server, buffer.data(), buffer.size(), 0) == 10);
    CHECK(std::string_view{buffer.data(), 10} == "last words");
    CHECK(::recv(server, buffer.data(), buffer.size(), 0) == -1);
    CHECK(errno == ECONNRESET);
    CHECK(::recv(server, buffer.data(), buffer.size(), 0) == 0);
}

TEST_CASE("a Unix socket's last bytes and its end come up together") {
    test::SocketPair pair = test::unix_pair();
    test::send_all(pair.client.get(), "bye");
    pair.client.reset();
    const Epoll epoll{pair.server.get(), EPOLLIN};
    CHECK(epoll.events() == (EPOLLIN | EPOLLHUP));
    CHECK(test::recv_to_end(pair.server.get()) == "bye");
}

TEST_CASE("a reset peer is reported without end even with an empty mask, until it is removed") {
    const test::SocketPair pair = pair_with_data_and_reset();
    const Epoll epoll{pair.server.get(), EPOLLIN};
    epoll.set_mask(0);
    for (int i = 0; i < 3; ++i) CHECK(epoll.events() == (EPOLLERR | EPOLLHUP));
    epoll.remove();
    CHECK(epoll.events() == 0);
}

TEST_CASE("an empty mask is silent about data and about a half-close") {
    const test::SocketPair pair = test::tcp_pair();
    const Epoll epoll{pair.server.get(), 0};
    test::send_all(pair.client.get(), "x");
    REQUIRE(::shutdown(pair.client.get(), SHUT_WR) == 0);
    REQUIRE((test::poll_for(pair.server.get(), POLLRDHUP) & POLLRDHUP) != 0);
    CHECK(epoll.events() == 0);
    epoll.set_mask(EPOLLIN | EPOLLRDHUP);
    CHECK(epoll.events() == (EPOLLIN | EPOLLRDHUP));
}

TEST_CASE("a half-close is no hang-up: what is sent back arrives") {
    const test::SocketPair pair = test::tcp_pair();
    REQUIRE(::shutdown(pair.client.get(), SHUT_WR) == 0);
    REQUIRE((test::poll_for(pair.server.get(), POLLRDHUP) & POLLRDHUP) != 0);
    const Epoll epoll{pair.server.get(), EPOLLIN | EPOLLOUT | EPOLLRDHUP};
    CHECK(epoll.events() == (EPOLLIN | EPOLLOUT | EPOLLRDHUP));
    test::send_all(pair.server.get(), "answer");
    CHECK(test::recv_exactly(pair.client.get(), 6) == "answer");
}
