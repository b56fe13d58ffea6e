#include "daemon/listen/listener.hpp"
#include "tests/support/faults.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run_until.hpp"
#include "tests/support/sockets.hpp"

#include <memory>
#include <vector>

#include <doctest/doctest.h>
#include <netinet/tcp.h>

using namespace hark;
using namespace std::chrono_literals;
using faults::Call;

namespace {

class Owner final : public ListenerOwner {
   public:
    void on_accepted(const Listener&, UniqueFd socket,
                     const SocketAddress& peer) noexcept override {
        accepted.push_back(std::move(socket));
        last_peer = peer;
    }
    void on_overrun(const Listener&, UniqueFd socket, const SocketAddress&) noexcept override {
        test::send_all(socket.get(), "421 full\r\n");
        ++rejected;
    }
    void on_accept_failed(const Listener&, int error) noexcept override { errors.push_back(error); }
    [[nodiscard]] bool accepting_paused() const noexcept override { return held_back; }

    std::vector<UniqueFd> accepted;
    SocketAddress last_peer;
    unsigned rejected = 0;
    std::vector<int> errors;
    bool held_back = false;
};

ListenerConfig config_of(std::string_view address) {
    ListenerConfig config;
    config.address = SocketAddress::parse(address).value();
    return config;
}

struct Fixture {
    Fixture() { listener.start(); }

    [[nodiscard]] UniqueFd connect() const {
        const auto colon = listener.address().rfind(':');
        return test::tcp_client(
            static_cast<std::uint16_t>(std::stoi(listener.address().substr(colon + 1))));
    }
    void pass(Duration time) {
        clock.advance(time);
        loop.run_once(0s);
        loop.run_once(0s);
    }
    [[nodiscard]] bool await_accepted(std::size_t count) {
        return test::run_until(loop, [&] { return accepted.size() >= count; });
    }

    test::ManualClock clock;
    EventLoop loop{clock};
    Owner owner;
    Listener listener{loop, owner, config_of("127.0.0.1:0"), 120s};
    std::vector<UniqueFd>& accepted = owner.accepted;
    std::vector<int>& errors = owner.errors;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "listener: hands on who comes in") {
    CHECK(listener.address().starts_with("127.0.0.1:"));
    CHECK_FALSE(listener.address().ends_with(":0"));
    const UniqueFd one = connect();
    REQUIRE(await_accepted(1));
    CHECK(owner.last_peer.port() == test::port_of(one.get()));
    CHECK(owner.last_peer.is_loopback());
    test::send_all(one.get(), "hello");
    CHECK(test::recv_exactly(accepted[0].get(), 5) == "hello");
}

TEST_CASE_FIXTURE(Fixture, "listener: many at once, a bounded number a round") {
    std::vector<UniqueFd> clients;
    for (int count = 0; count < 100; ++count) clients.push_back(connect());
    loop.run_once(1s);
    CHECK(accepted.size() > 1);
    CHECK(accepted.size() < 100);
    CHECK(await_accepted(100));
}

TEST_CASE_FIXTURE(Fixture, "listener: with no descriptor left it turns away, and rests") {
    for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
        CAPTURE(error);
        errors.clear();
        owner.rejected = 0;
        const auto before = accepted.size();
        const UniqueFd client = connect();
        {
            faults::Script script;
            script.fail(Call::accept, error, {.times = 1});
            script.fail(Call::accept, error, {.skip = 2});
            REQUIRE(test::run_until(loop, [&] { return !errors.empty(); }));
            CHECK(owner.rejected == 1);
            CHECK(test::recv_to_end(client.get()) == "421 full\r\n");
            CHECK(errors == std::vector<int>{error});
            // A new connection waits, and does not wake the loop.
            const UniqueFd waiting = connect();
            const auto calls = script.calls(Call::accept);
            for (int count = 0; count < 50; ++count) loop.run_once(0s);
            pass(90ms);
            CHECK(script.calls(Call::accept) == calls);
            script.heal();
            pass(13ms);
            REQUIRE(await_accepted(before + 1));
        }
        const UniqueFd next = connect();
        CHECK(await_accepted(before + 2));
        CHECK(errors.size() == 1);
    }
}

TEST_CASE_FIXTURE(Fixture, "listener: it turns away a bounded number, then rests") {
    std::vector<UniqueFd> clients;
    for (int count = 0; count < 40; ++count) clients.push_back(connect());
    faults::Script script;
    script.fail(Call::accept, EMFILE, {.times = 1});
    REQUIRE(test::run_until(loop, [&] { return !errors.empty(); }));
    CHECK(owner.rejected == 16);
    CHECK(accepted.empty());
    pass(103ms);
    CHECK(await_accepted(24));
}

TEST_CASE_FIXTURE(Fixture, "listener: without its spare it goes on as soon as there is one") {
    const UniqueFd client = connect();
    faults::Script script;
    script.fail(Call::accept, EMFILE, {.times = 1});
    script.fail(Call::open, EMFILE);
    REQUIRE(test::run_until(loop, [&] { return !errors.empty(); }));
    CHECK(owner.rejected == 1);
    const UniqueFd second = connect();
    script.fail(Call::accept, EMFILE, {.times = 2});
    pass(103ms);
    CHECK(errors.size() == 2);
    CHECK(owner.rejected == 1);
    script.heal();
    pass(103ms);
    CHECK(await_accepted(1));
}

TEST_CASE_FIXTURE(Fixture, "listener: what concerns one connection stops nobody") {
    for (const int error : {ECONNABORTED, EPERM, EPROTO, ENETDOWN, ENETUNREACH, EHOSTDOWN,
                            EHOSTUNREACH, ENOPROTOOPT, ENONET, EOPNOTSUPP, ETIMEDOUT}) {
        CAPTURE(error);
        const auto before = accepted.size();
        faults::Script script;
        script.fail(Call::accept, error, {.times = 3});
        const UniqueFd client = connect();
        CHECK(await_accepted(before + 1));
        CHECK(script.struck(Call::accept) == 3);
        CHECK(errors.empty());
    }
}

TEST_CASE_FIXTURE(Fixture, "listener: after an error that nobody knows it rests for a second") {
    faults::Script script;
    script.fail(Call::accept, EINVAL, {.times = 1});
    const UniqueFd client = connect();
    REQUIRE(test::run_until(loop, [&] { return !errors.empty(); }));
    CHECK(errors == std::vector<int>{EINVAL});
    CHECK(owner.rejected == 0);
    pass(990ms);
    CHECK(accepted.empty());
    pass(13ms);
    CHECK(await_accepted(1));
}

TEST_CASE_FIXTURE(Fixture, "listener: while its owner holds back nobody comes in") {
    owner.held_back = true;
    const UniqueFd client = connect();
    const faults::Script script;
    for (int count = 0; count < 20; ++count) pass(10ms);
    CHECK(script.calls(Call::accept) == 0);
    owner.held_back = false;
    pass(103ms);
    CHECK(await_accepted(1));
    CHECK(errors.empty());
}

TEST_CASE_FIXTURE(Fixture, "listener: one that cannot be watched again is tried later") {
    faults::Script script;
    script.fail(Call::accept, EINVAL, {.times = 1});
    script.fail(Call::epoll_add, ENOMEM, {.times = 1});
    const UniqueFd client = connect();
    REQUIRE(test::run_until(loop, [&] { return !errors.empty(); }));
    pass(1003ms);
    CHECK(script.struck(Call::epoll_add) == 1);
    CHECK(accepted.empty());
    pass(1003ms);
    CHECK(await_accepted(1));
}

TEST_CASE_FIXTURE(Fixture, "listener: an address in use is an error that names it") {
    CHECK_THROWS_WITH(
        Listener(loop, owner, config_of(listener.address()), 0s),
        ("cannot bind " + listener.address() +
         ": Address already in use (another program listens there; ss -ltnp shows which)")
            .c_str());
}

TEST_CASE_FIXTURE(Fixture, "listener: an address of no interface is an error that names it") {
    CHECK_THROWS_WITH(Listener(loop, owner, config_of("192.0.2.7:0"), 0s),
                      "cannot bind 192.0.2.7:0: Cannot assign requested address (no interface of "
                      "this machine has this address)");
}

TEST_CASE_FIXTURE(Fixture, "listener: on a socket that listens already") {
    UniqueFd socket = test::tcp_listener();
    test::set_blocking(socket.get(), false);
    const UniqueFd early = test::tcp_client(test::port_of(socket.get()));
    ListenerConfig config = config_of("127.0.0.1:0");
    config.activated = 0;
    Listener activated{loop, owner, config, 8s, std::move(socket)};
    CHECK(activated.address() != listener.address());
    CHECK(activated.is_at(config));
    CHECK_FALSE(activated.is_at(config_of("127.0.0.1:0")));
    activated.start();
    REQUIRE(await_accepted(1));
    // It was connected before the options were set.
    CHECK(owner.last_peer.port() == test::port_of(early.get()));
    CHECK(test::get_option(accepted[0].get(), IPPROTO_TCP, TCP_NODELAY) == 1);
    CHECK(test::get_option(accepted[0].get(), SOL_SOCKET, SO_KEEPALIVE) == 1);
}
