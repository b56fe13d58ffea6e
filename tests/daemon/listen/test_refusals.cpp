#include "daemon/listen/refusals.hpp"
#include "tests/support/faults.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run_until.hpp"
#include "tests/support/sockets.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;
using faults::Call;

namespace {

constexpr std::string_view LINE = "421 too many connections\r\n";

struct RefusalsTest {
    [[nodiscard]] UniqueFd refused(std::string_view sent_before = {}) {
        test::SocketPair pair = test::tcp_pair(listener.get());
        test::send_all(pair.client.get(), sent_before);
        REQUIRE(test::wait_for_unread(pair.server.get(), sent_before.size()));
        refusals.refuse(std::move(pair.server), LINE);
        return std::move(pair.client);
    }

    test::ManualClock clock;
    EventLoop loop{clock};
    Refusals refusals{loop};
    UniqueFd listener = test::tcp_listener();
};

}  // namespace

TEST_CASE_FIXTURE(RefusalsTest, "refusals: a peer is told why, and may take its time to read it") {
    CHECK(refusals.empty());
    UniqueFd client = refused("sent before\n");
    CHECK_FALSE(refusals.empty());
    loop.run_once(0s);
    test::send_all(client.get(), "sent after\n");
    loop.run_once(0s);
    loop.run_once(0s);
    CHECK(test::recv_to_end(client.get()) == LINE);  // a reset would throw
    client.reset();
    CHECK(test::run_until(loop, [&] { return refusals.empty(); }));
}

TEST_CASE_FIXTURE(RefusalsTest, "refusals: a peer that stays is left after a second") {
    const UniqueFd client = refused();
    clock.advance(990ms);
    loop.run_once(0s);
    CHECK_FALSE(refusals.empty());
    clock.advance(13ms);
    loop.run_once(0s);
    CHECK(refusals.empty());
    CHECK(test::recv_to_end(client.get()) == LINE);
}

TEST_CASE_FIXTURE(RefusalsTest,
                  "refusals: more than there are places get their words all the same") {
    std::vector<UniqueFd> clients;
    for (std::size_t count = 0; count < Refusals::PLACES + 5; ++count) {
        clients.push_back(refused());
    }
    for (const UniqueFd& client : clients) CHECK(test::recv_to_end(client.get()) == LINE);
    clock.advance(1003ms);
    loop.run_once(0s);
    CHECK(refusals.empty());
    // The places are free again.
    const UniqueFd client = refused("x");
    CHECK_FALSE(refusals.empty());
    loop.run_once(0s);
    CHECK(test::recv_to_end(client.get()) == LINE);
}

TEST_CASE_FIXTURE(RefusalsTest, "refusals: a peer that resets frees its place") {
    UniqueFd client = refused();
    test::reset_connection(client);
    CHECK(test::run_until(loop, [&] { return refusals.empty(); }));
}

TEST_CASE_FIXTURE(RefusalsTest, "refusals: neither a send nor a watch that fails keeps a place") {
    faults::Script script;
    script.fail(Call::send, EPIPE);
    script.fail(Call::epoll_add, ENOSPC);
    const UniqueFd client = refused();
    CHECK(refusals.empty());
    CHECK(test::recv_to_end(client.get()) == "");
}
