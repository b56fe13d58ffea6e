#include "common/net/address_pattern.hpp"

#include <doctest/doctest.h>

using namespace hark;

namespace {

bool matches(const char* pattern, const char* peer) {
    const auto parsed = AddressPattern::parse(pattern);
    REQUIRE(parsed);
    const auto address = SocketAddress::parse(peer);
    REQUIRE(address);
    // The result is the same for the peer as text and as an address.
    CHECK(parsed->matches(std::string_view{peer}) == parsed->matches(*address));
    return parsed->matches(*address);
}

}  // namespace

TEST_CASE("an address means all its ports") {
    CHECK(matches("192.0.2.7", "192.0.2.7:51324"));
    CHECK_FALSE(matches("192.0.2.7", "192.0.2.70:51324"));
    CHECK_FALSE(matches("192.0.2.7", "[2001:db8::7]:51324"));
    CHECK(matches("2001:db8::7", "[2001:db8::7]:40112"));
    CHECK(matches("2001:0DB8:0::7", "[2001:db8::7]:40112"));
    CHECK(matches("[2001:db8::7]", "[2001:db8::7]:40112"));
    CHECK_FALSE(matches("2001:db8::7", "[2001:db8::8]:40112"));
    CHECK(matches("fe80::1", "[fe80::1%2]:8765"));
    CHECK(matches("fe80::1%2", "[fe80::1%2]:8765"));
    CHECK_FALSE(matches("fe80::1%3", "[fe80::1%2]:8765"));
}

TEST_CASE("an address with a port means one peer") {
    CHECK(matches("192.0.2.7:51324", "192.0.2.7:51324"));
    CHECK_FALSE(matches("192.0.2.7:51324", "192.0.2.7:51325"));
    CHECK(matches("[2001:db8:0::7]:40112", "[2001:db8::7]:40112"));
    CHECK_FALSE(matches("[2001:db8::7]:40112", "[2001:db8::7]:40113"));
    CHECK(matches("[fe80::1]:8765", "[fe80::1%2]:8765"));
}

TEST_CASE("a network means its addresses") {
    CHECK(matches("192.0.2.0/24", "192.0.2.255:1"));
    CHECK_FALSE(matches("192.0.2.0/24", "192.0.3.0:1"));
    CHECK(matches("192.0.2.77/24", "192.0.2.1:1"));
    CHECK(matches("192.0.2.128/25", "192.0.2.128:1"));
    CHECK_FALSE(matches("192.0.2.128/25", "192.0.2.127:1"));
    CHECK(matches("192.0.2.7/32", "192.0.2.7:1"));
    CHECK_FALSE(matches("192.0.2.7/32", "192.0.2.6:1"));
    CHECK(matches("0.0.0.0/0", "203.0.113.9:1"));
    CHECK_FALSE(matches("0.0.0.0/0", "[::1]:1"));
    CHECK(matches("2001:db8::/32", "[2001:db8:ffff::1]:1"));
    CHECK_FALSE(matches("2001:db8::/32", "[2001:db9::1]:1"));
    CHECK(matches("2001:db8:8000::/33", "[2001:db8:ffff::1]:1"));
    CHECK_FALSE(matches("2001:db8:8000::/33", "[2001:db8:7fff::1]:1"));
}

TEST_CASE("what the journal can look up") {
    CHECK(AddressPattern::parse("192.0.2.7:51324")->exact() == "192.0.2.7:51324");
    CHECK(AddressPattern::parse("[2001:0db8::7]:1")->exact() == "[2001:db8::7]:1");
    CHECK(AddressPattern::parse("[fe80::1%2]:1")->exact() == "[fe80::1%2]:1");
    for (const char* many : {"192.0.2.7", "192.0.2.7/32", "2001:db8::7", "[fe80::1]:1"}) {
        CAPTURE(many);
        CHECK_FALSE(AddressPattern::parse(many)->exact());
    }
}

TEST_CASE("what is no address") {
    for (const char* text :
         {"", "localhost", "192.0.2", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/x", "192.0.2.0/-1",
          "192.0.2.0/24/8", "192.0.2.7:", "192.0.2.7:65536", "192.0.2.7:80/24", "2001:db8::/129",
          "2001:db8::7::", "[2001:db8::7", "/24"}) {
        CAPTURE(text);
        CHECK_FALSE(AddressPattern::parse(text));
    }
    const auto all = AddressPattern::parse("0.0.0.0/0");
    CHECK_FALSE(all->matches(""));
    CHECK_FALSE(all->matches("somewhere"));
}
