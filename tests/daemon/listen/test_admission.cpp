#include "daemon/listen/admission.hpp"
#include "daemon/listen/refusal_records.hpp"
#include "tests/support/manual_clock.hpp"

#include <chrono>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;

namespace {

NetworkSet networks(std::initializer_list<std::string_view> texts) {
    std::vector<Network> all;
    for (const std::string_view text : texts) all.push_back(Network::parse(text).value());
    return NetworkSet{std::move(all)};
}

struct Gate {
    // Checks a connection from `peer` while there are `connections`.
    [[nodiscard]] std::optional<Refusal> check(std::size_t connections,
                                               std::string_view peer = "192.0.2.7:1") {
        const SocketAddress address = SocketAddress::parse(peer).value();
        const auto refusal = admission.check_number(address, connections);
        return refusal ? refusal : admission.check_peer(address, listener);
    }
    [[nodiscard]] bool set(PeerLimits limits, std::size_t descriptors) {
        return admission.set_limits(limits, descriptors);
    }

    test::ManualClock clock;
    EventLoop loop{clock};
    AddressTable addresses{loop};
    ListenerConfig listener;
    Admission admission{10, addresses};
};

}  // namespace

TEST_CASE_FIXTURE(Gate, "admission: nobody before a limit is set") {
    CHECK(check(0) == Refusal::too_many_connections);
}

TEST_CASE_FIXTURE(Gate, "admission: as many as descriptors allow for") {
    CHECK(set({}, 30));
    CHECK(admission.reserved() == 10);
    CHECK(admission.max_connections() == 20);
    CHECK(check(19) == std::nullopt);
    CHECK(check(20) == Refusal::too_many_connections);
}

TEST_CASE_FIXTURE(Gate, "admission: no more than are wanted") {
    CHECK(set({.connections = 3}, 30));
    CHECK(admission.max_connections() == 3);
    CHECK(check(3) == Refusal::too_many_connections);
    CHECK(set({.connections = 5}, 30));
    CHECK(check(3) == std::nullopt);
}

TEST_CASE_FIXTURE(Gate,
                  "admission: half of few descriptors, and one at least, are for connections") {
    CHECK_FALSE(set({.connections = 6}, 10));
    CHECK(admission.reserved() == 5);
    CHECK(admission.max_connections() == 5);
    CHECK_FALSE(set({.connections = 6}, 1));
    CHECK(admission.max_connections() == 1);
    CHECK(set({}, 0));
    CHECK(admission.max_connections() == 1);
}

TEST_CASE_FIXTURE(Gate, "admission: exempt addresses are let in while descriptors last") {
    CHECK(set({.connections = 3, .exempt = networks({"192.0.2.0/24"})}, 30));
    CHECK(check(3) == std::nullopt);
    CHECK(check(3, "192.0.3.7:1") == Refusal::too_many_connections);
    CHECK(check(20) == Refusal::too_many_connections);
}

TEST_CASE_FIXTURE(Gate, "admission: the former name of the limit exempts nobody") {
    CHECK(set({.connections = 3, .connections_for_all = true}, 30));
    CHECK(check(3, "127.0.0.1:1") == Refusal::too_many_connections);
    CHECK(check(2, "127.0.0.1:1") == std::nullopt);
}

TEST_CASE_FIXTURE(Gate, "admission: before the client is known it may be one that is exempt") {
    CHECK(set({.connections = 3, .exempt = networks({"192.0.2.0/24"})}, 30));
    CHECK(admission.check_number(19) == std::nullopt);
    CHECK(admission.check_number(20) == Refusal::too_many_connections);
    CHECK(set({.connections = 3, .exempt = {}}, 30));
    CHECK(admission.check_number(2) == std::nullopt);
    CHECK(admission.check_number(3) == Refusal::too_many_connections);
    CHECK(set({.connections = 3, .connections_for_all = true}, 30));
    CHECK(admission.check_number(3) == Refusal::too_many_connections);
    admission.close();
    CHECK(admission.check_number(0) == Refusal::shutting_down);
}

TEST_CASE_FIXTURE(Gate, "admission: closed, nobody comes in") {
    CHECK(set({}, 30));
    admission.close();
    CHECK(check(0) == Refusal::shutting_down);
}

TEST_CASE_FIXTURE(Gate, "admission: who is allowed, and who is denied") {
    CHECK(set({}, 30));
    listener.deny = networks({"192.0.2.7"});
    CHECK(check(0) == Refusal::not_allowed);
    CHECK(check(0, "192.0.2.8:1") == std::nullopt);
    listener.allow = networks({"192.0.2.0/24", "2001:db8::/32"});
    CHECK(check(0) == Refusal::not_allowed);
    CHECK(check(0, "192.0.2.8:1") == std::nullopt);
    CHECK(check(0, "[::ffff:192.0.2.8]:1") == std::nullopt);
    CHECK(check(0, "[2001:db8::7]:1") == std::nullopt);
    CHECK(check(0, "192.0.3.8:1") == Refusal::not_allowed);
    listener.allow = NetworkSet{};
    CHECK(check(0, "192.0.2.8:1") == Refusal::not_allowed);
}

TEST_CASE_FIXTURE(Gate, "admission: limits of an address and of its network") {
    CHECK(set({.connections_per_address = 1, .connections_per_network = 2}, 30));
    const auto peer = [](std::string_view text) { return SocketAddress::parse(text).value(); };
    const AddressShare first = addresses.join(peer("192.0.2.7:1"), true);
    CHECK(check(1) == Refusal::too_many_of_address);
    const AddressShare second = addresses.join(peer("192.0.2.8:1"), true);
    CHECK(check(2, "192.0.2.9:1") == Refusal::too_many_of_network);
    CHECK(check(2, "192.0.3.9:1") == std::nullopt);
    CHECK(set({.new_connections_per_second = 1}, 30));
    const AddressShare third = addresses.join(peer("192.0.2.9:1"), true);
    CHECK(check(2, "192.0.2.9:2") == Refusal::too_many_in_a_second);
}

TEST_CASE_FIXTURE(Gate, "admission: words, and counts") {
    CHECK(reason_text(Refusal::shutting_down) == "shutting down");
    CHECK(reason_text(Refusal::not_allowed) == "not allowed");
    CHECK(reason_text(Refusal::too_many_connections) == "too many connections");
    CHECK(reason_text(Refusal::too_many_of_address) == "too many connections from this address");
    CHECK(reason_text(Refusal::too_many_of_network) == "too many connections from this network");
    CHECK(reason_text(Refusal::too_many_in_a_second) ==
          "too many connections from this address in a second");
    CHECK(reason_text(Refusal::bad_frame) == "bad frame");
    CHECK(reason_text(Refusal::out_of_descriptors) == "too many connections");
    CHECK(reason_text(Refusal::not_this_protocol) == "not this protocol");
    admission.count(reason_text(Refusal::too_many_connections));
    admission.count(reason_text(Refusal::out_of_descriptors));
    CHECK(admission.counts().size() == 1);
    CHECK(admission.counts().at("too many connections") == 2);
}

TEST_CASE("refusal records: ten in any second, and the next one counts the others") {
    RefusalRecords records;
    TimePoint now{};
    for (int count = 0; count < 10; ++count, now += 10ms) CHECK(records.next(now) == 0);
    for (int count = 0; count < 5; ++count) CHECK(records.next(now) == std::nullopt);
    // The first one was a second ago.
    now = TimePoint{1s};
    CHECK(records.next(now) == 5);
    CHECK(records.next(now) == std::nullopt);
    CHECK(records.next(now + 10ms) == 1);
    CHECK(records.next(now + 1min) == 0);
}
