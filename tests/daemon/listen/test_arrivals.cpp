#include "common/net/proxy_header.hpp"
#include "daemon/listen/arrivals.hpp"
#include "tests/support/faults.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run_until.hpp"
#include "tests/support/sockets.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;
using namespace std::string_literals;
using faults::Call;

namespace {

const std::string HEADER = "PROXY TCP4 192.0.2.7 198.51.100.1 51324 8765\r\n";
constexpr std::string_view CLIENT = "192.0.2.7:51324";
constexpr std::string_view PROXY = "10.0.0.1:40112";
const std::string SIGNATURE = "\r\n\r\n\0\r\nQUIT\n"s;

class Receiver final : public ArrivalsOwner {
   public:
    struct TurnedAway {
        Newcomer newcomer;
        Refusal refusal;
    };

    void on_header(Newcomer newcomer) noexcept override { arrived.push_back(std::move(newcomer)); }
    void on_secured(Newcomer) noexcept override { FAIL("nobody was to shake hands"); }
    void on_turned_away(Newcomer newcomer, Refusal refusal,
                        tls::Failure failure) noexcept override {
        CHECK(failure == tls::Failure::none);
        turned_away.push_back({std::move(newcomer), refusal});
    }

    std::vector<Newcomer> arrived;
    std::vector<TurnedAway> turned_away;
};

struct ArrivalsTest {
    // A proxy's end of a connection that owes a header.
    [[nodiscard]] UniqueFd await() {
        test::SocketPair pair = test::tcp_pair(listener.get());
        test::set_blocking(pair.server.get(), false);
        server = pair.server.get();
        Newcomer newcomer{.socket = std::move(pair.server),
                          .peer = SocketAddress::parse(PROXY).value(),
                          .entrance = {config, nullptr},
                          .accepted = loop.now()};
        arrivals.await_header(std::move(newcomer));
        return std::move(pair.client);
    }
    // Sends it, and lets the daemon see it.
    void send(const UniqueFd& client, std::string_view bytes) {
        test::send_all(client.get(), bytes);
        REQUIRE(test::wait_for_unread(server, bytes.size()));
        loop.run_once(0s);
    }
    [[nodiscard]] bool await_arrived(std::size_t count = 1) {
        return test::run_until(loop, [&] { return owner.arrived.size() >= count; });
    }
    [[nodiscard]] bool await_turned_away() {
        return test::run_until(loop, [&] { return !owner.turned_away.empty(); });
    }
    void check_turned_away(Refusal refusal = Refusal::bad_frame) {
        REQUIRE(owner.turned_away.size() == 1);
        const Receiver::TurnedAway& one = owner.turned_away.front();
        CHECK(one.refusal == refusal);
        CHECK(one.newcomer.socket);
        CHECK(one.newcomer.peer.text() == PROXY);
        CHECK(one.newcomer.entrance.config == config);
        CHECK(one.newcomer.introduction == nullptr);
        CHECK(owner.arrived.empty());
        CHECK(arrivals.size() == 0);
    }

    test::ManualClock clock;
    EventLoop loop{clock};
    Receiver owner;
    std::shared_ptr<const ListenerConfig> config = std::make_shared<const ListenerConfig>();
    Arrivals arrivals{loop, owner};
    UniqueFd listener = test::tcp_listener();
    int server = -1;  // the last one
};

}  // namespace

TEST_CASE_FIXTURE(ArrivalsTest, "arrivals: a client, and what it says stays readable") {
    const UniqueFd client = await();
    CHECK(arrivals.size() == 1);
    send(client, HEADER + "hello\n");
    REQUIRE(await_arrived());
    CHECK(arrivals.size() == 0);
    const Newcomer& newcomer = owner.arrived.front();
    CHECK(newcomer.peer.text() == CLIENT);
    CHECK(newcomer.introduction->identity.via == PROXY);
    CHECK_FALSE(newcomer.introduction->identity.proxy_itself);
    CHECK(newcomer.entrance.config == config);
    CHECK(test::recv_exactly(newcomer.socket.get(), 6) == "hello\n");
    // Nothing has been sent, and nothing is left to wait for.
    CHECK(test::poll_for(client.get(), POLLIN, 0) == 0);
    clock.advance(1min);
    loop.run_once(0s);
    CHECK(owner.turned_away.empty());
}

TEST_CASE_FIXTURE(ArrivalsTest, "arrivals: a header in two pieces, split at any byte") {
    for (std::size_t size = 1; size < HEADER.size(); ++size) {
        CAPTURE(size);
        const UniqueFd client = await();
        send(client, HEADER.substr(0, size));
        CHECK(arrivals.size() == 1);
        CHECK(owner.arrived.empty());
        send(client, HEADER.substr(size) + "x");
        REQUIRE(await_arrived());
        CHECK(owner.arrived.front().peer.text() == CLIENT);
        CHECK(test::recv_exactly(owner.arrived.front().socket.get(), 1) == "x");
        owner.arrived.clear();
    }
}

TEST_CASE_FIXTURE(ArrivalsTest, "arrivals: a header byte by byte, and one of 4096 bytes") {
    const UniqueFd slow = await();
    for (const char byte : HEADER) send(slow, {&byte, 1});
    REQUIRE(await_arrived());

    const UniqueFd client = await();
    std::string longest = SIGNATURE +
                          "\x21\x11\x0F\xF0\xC0\0\x02\x07\xC6\x33\x64\x01\xC8\x7C\x22\x3D"
                          "\x04\x0F\xE1"s;
    longest.append(ProxyHeader::MAX_SIZE - longest.size(), 'x');
    send(client, longest.substr(0, 4095));
    CHECK(owner.arrived.size() == 1);
    send(client, longest.substr(4095) + "behind");
    REQUIRE(await_arrived(2));
    CHECK(owner.arrived.back().peer.text() == CLIENT);
    CHECK(test::recv_exactly(owner.arrived.back().socket.get(), 6) == "behind");
}

TEST_CASE_FIXTURE(ArrivalsTest, "arrivals: who the client is") {
    UniqueFd client = await();
    send(client, SIGNATURE +
                     "\x21\x11\0\x34\xC0\0\x02\x07\xC6\x33\x64\x01\xC8\x7C\x22\x3D"
                     "\x05\0\x02id\x20\0\x20\x07\0\0\0\0\x21\0\x07TLSv1.3\x22\0\x0E"
                     "pump-7.example"s);
    REQUIRE(await_arrived());
    CHECK(owner.arrived[0].introduction->identity.proxy_id == "id");
    CHECK(owner.arrived[0].introduction->identity.certificate == "pump-7.example");
    CHECK(owner.arrived[0].introduction->identity.via == PROXY);

    client = await();
    send(client, "PROXY UNKNOWN\r\n");
    REQUIRE(await_arrived(2));
    CHECK(owner.arrived[1].peer.text() == PROXY);
    CHECK(owner.arrived[1].introduction->identity.via.empty());

    client = await();
    send(client, SIGNATURE + "\x20\0\0\0"s);
    REQUIRE(await_arrived(3));
    CHECK(owner.arrived[2].peer.text() == PROXY);
    CHECK(owner.arrived[2].introduction->identity.proxy_itself);
    CHECK(owner.arrived[2].introduction->identity.via.empty());
}

TEST_CASE_FIXTURE(ArrivalsTest, "arrivals: what is no header") {
    const UniqueFd client = await();
    send(client, "hello\n");
    REQUIRE(await_turned_away());
    check_turned_away();
}

TEST_CASE_FIXTURE(ArrivalsTest, "arrivals: five seconds from the accept, whatever has come") {
    const UniqueFd client = await();
    send(client, HEADER.substr(0, 10));
    clock.advance(3s);
    send(client, HEADER.substr(10, 10));
    clock.advance(1990ms);
    loop.run_once(0s);
    CHECK(arrivals.size() == 1);
    clock.advance(13ms);
    loop.run_once(0s);
    check_turned_away();
}

TEST_CASE_FIXTURE(ArrivalsTest, "arrivals: a client that has left already arrives all the same") {
    const UniqueFd client = await();
    test::send_all(client.get(), HEADER + "bye\n");
    REQUIRE(::shutdown(client.get(), SHUT_WR) == 0);
    REQUIRE(await_arrived());
    CHECK(test::recv_to_end(owner.arrived.front().socket.get()) == "bye\n");
}

TEST_CASE_FIXTURE(ArrivalsTest, "arrivals: the end in place of a header") {
    SUBCASE("at once") {
        const UniqueFd client = await();
        REQUIRE(::shutdown(client.get(), SHUT_WR) == 0);
        REQUIRE(await_turned_away());
    }
    SUBCASE("in the middle") {
        const UniqueFd client = await();
        send(client, HEADER.substr(0, 20));
        REQUIRE(::shutdown(client.get(), SHUT_WR) == 0);
        REQUIRE(await_turned_away());
    }
    SUBCASE("a reset") {
        UniqueFd client = await();
        send(client, HEADER.substr(0, 20));
        test::reset_connection(client);
        REQUIRE(await_turned_away());
    }
    check_turned_away();
}

TEST_CASE_FIXTURE(ArrivalsTest, "arrivals: a socket that fails") {
    faults::Script script;
    Refusal refusal = Refusal::bad_frame;
    SUBCASE("when it is watched") {
        script.fail(Call::epoll_add, ENOSPC);
        const UniqueFd client = await();
        refusal = Refusal::out_of_descriptors;
    }
    SUBCASE("when it is looked at") {
        const UniqueFd client = await();
        script.fail(Call::recv, ETIMEDOUT, {.fd = server});
        send(client, HEADER);
    }
    SUBCASE("when the header is taken off") {
        const UniqueFd client = await();
        script.fail(Call::recv, ECONNRESET, {.skip = 1, .fd = server});
        send(client, HEADER);
    }
    check_turned_away(refusal);
}

TEST_CASE_FIXTURE(ArrivalsTest, "arrivals: a spurious event, and reads that return little") {
    faults::Script script;
    script.fail(Call::recv, EAGAIN, {.times = 1});
    const UniqueFd client = await();
    send(client, HEADER + "x");
    CHECK(script.struck(Call::recv) == 1);
    CHECK(arrivals.size() == 1);
    script.shorten(Call::recv, 7);
    REQUIRE(await_arrived());
    CHECK(owner.arrived.front().peer.text() == CLIENT);
    CHECK(test::recv_exactly(owner.arrived.front().socket.get(), 1) == "x");
}

TEST_CASE_FIXTURE(ArrivalsTest, "arrivals: closed, all are turned away") {
    std::vector<UniqueFd> clients;
    for (int count = 0; count < 5; ++count) clients.push_back(await());
    send(clients.back(), HEADER.substr(0, 20));
    CHECK(arrivals.size() == 5);
    arrivals.close(Refusal::shutting_down);
    CHECK(arrivals.size() == 0);
    REQUIRE(owner.turned_away.size() == 5);
    for (const auto& one : owner.turned_away) CHECK(one.refusal == Refusal::shutting_down);
    clock.advance(1min);
    loop.run_once(0s);
    CHECK(owner.turned_away.size() == 5);
    // It still takes others.
    const UniqueFd late = await();
    send(late, HEADER);
    CHECK(await_arrived());
}

TEST_CASE_FIXTURE(ArrivalsTest, "arrivals: many at once, in any order") {
    std::vector<UniqueFd> clients;
    for (int count = 0; count < 50; ++count) clients.push_back(await());
    for (std::size_t index = 0; index < clients.size(); index += 2) {
        test::send_all(clients[index].get(), HEADER);
    }
    REQUIRE(await_arrived(25));
    CHECK(arrivals.size() == 25);
    clock.advance(5003ms);
    loop.run_once(0s);
    CHECK(owner.turned_away.size() == 25);
    CHECK(owner.arrived.size() == 25);
}

TEST_CASE("arrivals: those that still wait when it ends are closed") {
    test::SocketPair pair = test::tcp_pair();
    Receiver owner;
    {
        const test::ManualClock clock;
        EventLoop loop{clock};
        Arrivals arrivals{loop, owner};
        arrivals.await_header(
            {.socket = std::move(pair.server), .peer = SocketAddress{}, .entrance = {}});
    }
    CHECK(test::recv_to_end(pair.client.get()) == "");
    CHECK(owner.turned_away.empty());
}
