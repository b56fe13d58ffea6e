#include "daemon/limits/address_table.hpp"
#include "tests/support/manual_clock.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/core.h>

using namespace hark;
using namespace std::chrono_literals;

namespace {

using Verdict = AddressTable::Verdict;

SocketAddress peer_of(std::string_view host) {
    return SocketAddress::parse(std::string{host} + ":51324").value();
}

// A connection that takes some messages whenever it is called.
struct Reader {
    Reader(std::vector<std::string>& calls, std::string name, AddressShare& share, int wanted)
        : log{calls}, called{std::move(name)}, part{share}, left{wanted} {}
    void on_tokens() noexcept {
        log.push_back(called);
        while (left > 0) {
            --left;
            if (!part.take_message()) break;
        }
        if (left > 0) part.wait(waiter);
    }

    std::vector<std::string>& log;
    std::string called;
    AddressShare& part;
    int left;
    RateWaiter waiter{method<&Reader::on_tokens>(*this)};
};

struct Table {
    void set(PeerLimits limits) {
        limits.exempt = NetworkSet{{Network::parse("127.0.0.0/8").value()}};
        table.set_limits(limits);
    }
    [[nodiscard]] AddressShare join(std::string_view host) {
        REQUIRE(table.check(peer_of(host)) == Verdict::welcome);
        return table.join(peer_of(host), true);
    }
    void pass(Duration time) {
        clock.advance(time);
        for (int round = 0; round < 3; ++round) loop.run_once({});
    }

    test::ManualClock clock;
    EventLoop loop{clock};
    AddressTable table{loop};
    std::vector<std::string> calls;
};

}  // namespace

TEST_CASE_FIXTURE(Table, "address table: so many connections of an address") {
    set({.connections_per_address = 2});
    AddressShare first = join("192.0.2.7");
    const AddressShare second = join("192.0.2.7");
    CHECK(table.check(peer_of("192.0.2.7")) == Verdict::address_full);
    CHECK(table.check(peer_of("[::ffff:192.0.2.7]")) == Verdict::address_full);
    CHECK(table.check(peer_of("192.0.2.8")) == Verdict::welcome);
    first.reset();
    CHECK(table.check(peer_of("192.0.2.7")) == Verdict::welcome);
}

TEST_CASE_FIXTURE(Table, "address table: so many connections of a network") {
    set({.connections_per_network = 2});
    const AddressShare first = join("192.0.2.7");
    AddressShare second = join("192.0.2.8");
    CHECK(table.check(peer_of("192.0.2.9")) == Verdict::network_full);
    CHECK(table.check(peer_of("192.0.3.9")) == Verdict::welcome);
    second.reset();
    CHECK(table.check(peer_of("192.0.2.9")) == Verdict::welcome);
    const AddressShare third = join("[2001:db8::1]");
    const AddressShare fourth = join("[2001:db8::ffff:1]");
    CHECK(table.check(peer_of("[2001:db8::2:1]")) == Verdict::network_full);
    CHECK(table.check(peer_of("[2001:db8:0:1::1]")) == Verdict::welcome);
}

TEST_CASE_FIXTURE(Table,
                  "address table: so many new connections a second, also after they have gone") {
    set({.new_connections_per_second = 2});
    for (int count = 0; count < 2; ++count) CHECK(join("192.0.2.7"));
    CHECK(table.check(peer_of("192.0.2.7")) == Verdict::too_fast);
    CHECK(table.check(peer_of("192.0.2.8")) == Verdict::welcome);
    pass(501ms);
    CHECK(join("192.0.2.7"));
    CHECK(table.check(peer_of("192.0.2.7")) == Verdict::too_fast);
}

TEST_CASE_FIXTURE(Table, "address table: exempt addresses count, and nothing holds them up") {
    set({.connections_per_address = 1,
         .new_connections_per_second = 1,
         .messages_per_second = 1,
         .bytes_per_second = 1});
    std::vector<AddressShare> shares;
    for (int count = 0; count < 5; ++count) shares.push_back(join("127.0.0.9"));
    shares.back().take_bytes(1'000'000);
    for (int count = 0; count < 5; ++count) CHECK(shares.back().take_message());
    CHECK(shares.back().may_read());
    CHECK(shares.back().bytes_left() > 1'000'000);
    CHECK(table.size() == 1);
}

TEST_CASE_FIXTURE(Table, "address table: connections of an address use its tokens in turn") {
    set({.messages_per_second = 10});
    AddressShare one = join("192.0.2.7");
    AddressShare two = join("192.0.2.7");
    AddressShare other = join("192.0.2.8");
    while (one.take_message()) {
    }
    CHECK_FALSE(two.may_read());
    CHECK(other.may_read());
    Reader first{calls, "first", one, 2};
    Reader second{calls, "second", two, 2};
    one.wait(first.waiter);
    two.wait(second.waiter);
    CHECK(table.waiting() == 2);
    pass(50ms);
    CHECK(calls.empty());
    for (int count = 0; count < 4; ++count) pass(102ms);
    CHECK(calls == std::vector<std::string>{"first", "second", "first", "second"});
    CHECK(table.waiting() == 0);
}

TEST_CASE_FIXTURE(Table, "address table: nobody is called while nothing is read") {
    set({.messages_per_second = 10});
    AddressShare share = join("192.0.2.7");
    while (share.take_message()) {
    }
    Reader reader{calls, "reader", share, 1};
    share.wait(reader.waiter);
    table.pause();
    pass(10s);
    CHECK(calls.empty());
    table.resume();
    pass(2ms);
    CHECK(calls.size() == 1);
}

TEST_CASE_FIXTURE(Table, "address table: who waits is called when the limit goes") {
    set({.bytes_per_second = 10});
    AddressShare share = join("192.0.2.7");
    CHECK(share.bytes_left() == 10);
    share.take_bytes(1000);
    CHECK_FALSE(share.may_read());
    Reader reader{calls, "reader", share, 1};
    share.wait(reader.waiter);
    pass(1s);
    CHECK(calls.empty());
    set({});
    pass(2ms);
    CHECK(calls.size() == 1);
    CHECK(share.may_read());
}

TEST_CASE_FIXTURE(Table,
                  "address table: who goes while it waits, and the last one of its address") {
    set({.messages_per_second = 1});
    AddressShare share = join("192.0.2.7");
    CHECK_FALSE(share.take_message());
    struct Leaver {
        void on_tokens() noexcept { part.reset(); }
        AddressShare& part;
        RateWaiter waiter{method<&Leaver::on_tokens>(*this)};
    } leaver{share};
    {
        Reader gone{calls, "gone", share, 1};
        share.wait(gone.waiter);
        share.wait(leaver.waiter);
        CHECK(table.waiting() == 2);
    }
    CHECK(table.waiting() == 1);
    pass(2s);
    CHECK_FALSE(share);
    CHECK(calls.empty());
    pass(2s);
    CHECK(table.size() == 0);
}

// As when an operator disconnects it.
TEST_CASE_FIXTURE(Table, "address table: the last of an address goes while it waits for long") {
    set({.bytes_per_second = 10});
    AddressShare share = join("192.0.2.7");
    share.take_bytes(100);
    {
        Reader gone{calls, "gone", share, 1};
        share.wait(gone.waiter);
    }
    share.reset();
    for (int count = 0; count < 15; ++count) pass(1s);
    CHECK(table.size() == 0);
    CHECK(calls.empty());
}

TEST_CASE_FIXTURE(Table, "address table: an address is forgotten when its buckets are full again") {
    set({.new_connections_per_second = 5});
    CHECK(join("192.0.2.7"));
    CHECK(table.size() == 1);
    pass(1s);
    CHECK(table.size() == 0);
}

TEST_CASE_FIXTURE(Table, "address table: bounded, whatever addresses come") {
    set({.new_connections_per_second = 5});
    for (unsigned count = 0; count < 2 * AddressTable::MAX_IDLE; ++count) {
        CHECK(join(fmt::format("[2001:db8::{:x}:{:x}]", count >> 16U, count & 0xFFFFU)));
    }
    CHECK(table.size() == AddressTable::MAX_IDLE);
    for (int count = 0; count < 5; ++count) pass(1s);
    CHECK(table.size() == 0);
}
