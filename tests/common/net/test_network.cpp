#include "common/net/network.hpp"

#include <doctest/doctest.h>

using namespace hark;

namespace {

SocketAddress peer_at(std::string_view text) {
    return SocketAddress::parse(text).value();
}
Network network_of(std::string_view text) {
    const auto parsed = Network::parse(text);
    REQUIRE_MESSAGE(parsed.has_value(), text);
    return *parsed;
}

}  // namespace

TEST_CASE("network: its addresses") {
    CHECK(network_of("192.0.2.0/24").contains(peer_at("192.0.2.255:1")));
    CHECK_FALSE(network_of("192.0.2.0/24").contains(peer_at("192.0.3.0:1")));
    CHECK(network_of("192.0.2.128/25").contains(peer_at("192.0.2.128:1")));
    CHECK_FALSE(network_of("192.0.2.128/25").contains(peer_at("192.0.2.127:1")));
    CHECK(network_of("192.0.2.7").contains(peer_at("192.0.2.7:9")));
    CHECK_FALSE(network_of("192.0.2.7").contains(peer_at("192.0.2.8:9")));
    CHECK(network_of("0.0.0.0/0").contains(peer_at("255.255.255.255:1")));
    CHECK(network_of("2001:db8::/33").contains(peer_at("[2001:db8:7fff::1]:1")));
    CHECK_FALSE(network_of("2001:db8::/33").contains(peer_at("[2001:db8:8000::1]:1")));
    CHECK(network_of("::1").contains(peer_at("[::1]:1")));
}

TEST_CASE("network: IPv4 and IPv6 do not mix, and mapped addresses are IPv4") {
    CHECK_FALSE(network_of("::/0").contains(peer_at("192.0.2.7:1")));
    CHECK_FALSE(network_of("0.0.0.0/0").contains(peer_at("[::1]:1")));
    CHECK(network_of("::ffff:192.0.2.0/120").contains(peer_at("192.0.2.7:1")));
    CHECK(network_of("192.0.2.0/24").contains(peer_at("[::ffff:192.0.2.7]:1")));
    CHECK_FALSE(Network::parse("::ffff:0.0.0.0/95"));
    CHECK(NetworkSet{{network_of("::/0")}}.contains(peer_at("[2001:db8::1]:1")));
}

TEST_CASE("network: what is none") {
    for (const char* text :
         {"", "/", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/ 8", "192.0.2/24",
          "192.0.2.7:80", "2001:db8::/129", "[2001:db8::]/32", "fe80::1%lo", "fe80::%1/10", "host",
          "192.0.2.0/24/8", "192.0.2.0/0x8"}) {
        CHECK_MESSAGE(!Network::parse(text), text);
    }
}

TEST_CASE("network: host bits") {
    CHECK(network_of("192.0.2.1/24").has_host_bits());
    CHECK_FALSE(network_of("192.0.2.0/24").has_host_bits());
    CHECK_FALSE(network_of("192.0.2.1").has_host_bits());
    CHECK(network_of("2001:db8::1/127").has_host_bits());
    CHECK(network_of("192.0.2.192/25").has_host_bits());
}

TEST_CASE("network: text") {
    for (const char* text : {"192.0.2.0/24", "192.0.2.7", "2001:db8::/32", "::1", "0.0.0.0/0"}) {
        CHECK(network_of(text).text() == text);
    }
    CHECK(network_of("::ffff:192.0.2.0/120").text() == "192.0.2.0/24");
}

TEST_CASE("network set: in any of them, also where they overlap") {
    const NetworkSet set{{network_of("192.0.2.0/24"), network_of("10.0.0.0/8"),
                          network_of("10.1.0.0/16"), network_of("2001:db8::/32"),
                          network_of("192.0.2.9")}};
    CHECK(set.contains(peer_at("10.255.0.1:1")));
    CHECK(set.contains(peer_at("10.1.2.3:1")));
    CHECK(set.contains(peer_at("192.0.2.0:1")));
    CHECK(set.contains(peer_at("192.0.2.255:1")));
    CHECK(set.contains(peer_at("[2001:db8:ffff::]:1")));
    CHECK_FALSE(set.contains(peer_at("9.255.255.255:1")));
    CHECK_FALSE(set.contains(peer_at("11.0.0.0:1")));
    CHECK_FALSE(set.contains(peer_at("192.0.3.0:1")));
    CHECK_FALSE(set.contains(peer_at("[2001:db9::]:1")));
    CHECK_FALSE(NetworkSet{}.contains(peer_at("192.0.2.1:1")));
    const NetworkSet ipv6{{network_of("::/0")}};
    CHECK(ipv6.contains(peer_at("[::1]:1")));
    CHECK_FALSE(ipv6.contains(peer_at("192.0.2.1:1")));
    CHECK_FALSE(NetworkSet{{network_of("::/64")}}.contains(peer_at("[::ffff:192.0.2.1]:1")));
    CHECK(
        NetworkSet{{network_of("0.0.0.0/0"), network_of("::/0")}}.contains(peer_at("192.0.2.1:1")));
}
