#include "common/net/address.hpp"

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <net/if.h>
#include <rapidcheck.h>

using hark::SocketAddress;

namespace {

SocketAddress parsed(std::string_view text) {
    const auto address = SocketAddress::parse(text);
    REQUIRE_MESSAGE(address.has_value(), std::string{text});
    return *address;
}

SocketAddress through_kernel_form(const SocketAddress& address) {
    sockaddr_storage raw;
    REQUIRE(address.to(raw) > 0);
    return SocketAddress::from(raw);
}

}  // namespace

TEST_CASE("an address says what it was parsed from, in its shortest form") {
    const auto same = [](std::string_view text) { CHECK(parsed(text).text() == text); };
    same("192.0.2.7:51324");
    same("0.0.0.0:0");
    same("255.255.255.255:65535");
    same("[::]:8765");
    same("[::1]:1");
    same("[2001:db8::7]:40112");
    same("[fe80::1%2]:8765");
    same("[ff02::1%4294967295]:9");
    same("[1111:2222:3333:4444:5555:6666:7777:8888]:65535");
    CHECK(parsed("[2001:DB8:0:0:0:0:0:7]:080").text() == "[2001:db8::7]:80");
    CHECK(SocketAddress{}.text() == "0.0.0.0:0");
}

TEST_CASE("what is no address with a port is refused") {
    const std::string_view refused[] = {
        "",
        ":",
        ":80",
        "192.0.2.7",
        "192.0.2.7:",
        "192.0.2.7:65536",
        "192.0.2.7:-1",
        "192.0.2.7:+1",
        "192.0.2.7: 80",
        "192.0.2.7:80 ",
        " 192.0.2.7:80",
        "192.0.2.7 :80",
        "192.0.2.7:0x50",
        "192.0.2.7:99999999999999999999",
        "192.0.2:80",
        "192.0.2.256:80",
        "192.0.2.07:80",
        "1.2.3.4.5:80",
        "localhost:80",
        "192.0.2.7:http",
        "[192.0.2.7]:80",
        "::1:80",
        "[::1]",
        "[::1]80",
        "[::1:80",
        "::1]:80",
        "[]:80",
        "[:::]:80",
        "[::1]:",
        "[12345::]:80",
        "[::1%]:80",
        "[fe80::1%]:80",
        "[fe80::1%0]:80",
        "[fe80::1%4294967296]:80",
        "[fe80::1%no-such-interface]:80",
        "[fe80::1%2%3]:80",
        "[2001:db8::7%2]:80",
        "[1111:2222:3333:4444:5555:6666:7777:8888:9999]:80",
        "[[::1]]:80",
    };
    for (const std::string_view text : refused) {
        CHECK_MESSAGE(!SocketAddress::parse(text).has_value(), std::string{text});
    }
    using namespace std::string_view_literals;
    CHECK_FALSE(SocketAddress::parse("192.0.2.7\0:80"sv).has_value());
    CHECK_FALSE(SocketAddress::parse("192.0.2.7:80\0"sv).has_value());
    CHECK_FALSE(SocketAddress::parse("[::1\0]:80"sv).has_value());
    CHECK_FALSE(SocketAddress::parse("[fe80::1%lo\0x]:80"sv).has_value());
}

TEST_CASE("a scope may be given by the interface's name") {
    const unsigned loopback = ::if_nametoindex("lo");
    REQUIRE(loopback != 0);
    const std::string number = std::to_string(loopback);
    CHECK(parsed("[fe80::1%lo]:80") == parsed("[fe80::1%" + number + "]:80"));
    CHECK(parsed("[fe80::1%lo]:80").text() == "[fe80::1%" + number + "]:80");
}

TEST_CASE("an IPv4 address mapped into IPv6 is an IPv4 address") {
    CHECK(parsed("[::ffff:192.0.2.7]:80") == parsed("192.0.2.7:80"));

    sockaddr_in6 mapped{};
    mapped.sin6_family = AF_INET6;
    mapped.sin6_port = htons(80);
    const std::uint8_t bytes[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7};
    std::memcpy(&mapped.sin6_addr, bytes, sizeof bytes);
    sockaddr_storage raw{};
    std::memcpy(&raw, &mapped, sizeof mapped);
    const SocketAddress address = SocketAddress::from(raw);
    CHECK(address.is_ipv4());
    CHECK(address.text() == "192.0.2.7:80");
    CHECK(address == parsed("192.0.2.7:80"));
}

TEST_CASE("the kernel's form and back is the same address") {
    for (const char* text : {"192.0.2.7:51324", "[2001:db8::7]:40112", "[fe80::1%2]:8765"}) {
        CHECK(through_kernel_form(parsed(text)) == parsed(text));
    }
    sockaddr_storage raw;
    CHECK(parsed("192.0.2.7:1").to(raw) == sizeof(sockaddr_in));
    CHECK(raw.ss_family == AF_INET);
    CHECK(parsed("[::1]:1").to(raw) == sizeof(sockaddr_in6));
    CHECK(raw.ss_family == AF_INET6);
}

TEST_CASE("another family reads as nothing") {
    sockaddr_storage raw{};
    std::memset(&raw, 0xab, sizeof raw);
    raw.ss_family = AF_UNIX;
    CHECK(SocketAddress::from(raw) == SocketAddress{});
}

TEST_CASE("every address survives its text") {
    CHECK(rc::check([](const std::array<std::uint8_t, 16>& bytes, std::uint16_t port, bool ipv4) {
        sockaddr_storage raw{};
        if (ipv4) {
            sockaddr_in in{};
            in.sin_family = AF_INET;
            in.sin_port = htons(port);
            std::memcpy(&in.sin_addr, bytes.data(), sizeof in.sin_addr);
            std::memcpy(&raw, &in, sizeof in);
        } else {
            sockaddr_in6 in{};
            in.sin6_family = AF_INET6;
            in.sin6_port = htons(port);
            std::memcpy(&in.sin6_addr, bytes.data(), sizeof in.sin6_addr);
            std::memcpy(&raw, &in, sizeof in);
        }
        const SocketAddress address = SocketAddress::from(raw);
        RC_ASSERT(SocketAddress::parse(address.text()) == address);
        RC_ASSERT(address.port() == port);
    }));
}

TEST_CASE("any text is parsed or refused, and what is parsed has one form") {
    const auto text =
        rc::gen::container<std::string>(rc::gen::elementOf(std::string{"0123456789abcdf:.[]%lo "}));
    CHECK(rc::check([&] {
        const auto address = SocketAddress::parse(*text);
        if (address) RC_ASSERT(SocketAddress::parse(address->text()) == address);
    }));
}

TEST_CASE("an address gives its bytes and its scope") {
    const auto ipv4 = *SocketAddress::parse("192.0.2.7:1");
    CHECK(std::vector(ipv4.bytes().begin(), ipv4.bytes().end()) ==
          std::vector<std::uint8_t>{192, 0, 2, 7});
    const auto ipv6 = *SocketAddress::parse("[fe80::1%2]:1");
    CHECK(ipv6.bytes().size() == 16);
    CHECK(ipv6.bytes().front() == 0xFE);
    CHECK(ipv6.bytes().back() == 1);
    CHECK(ipv6.scope() == 2);
    CHECK(ipv4.scope() == 0);
}

TEST_CASE("loopback and any are known in both families") {
    for (const char* text : {"127.0.0.1:1", "127.255.0.3:1", "[::1]:1", "[::ffff:127.0.0.1]:1"}) {
        CHECK_MESSAGE(parsed(text).is_loopback(), text);
        CHECK_FALSE_MESSAGE(parsed(text).is_any(), text);
    }
    for (const char* text : {"0.0.0.0:1", "[::]:1"}) {
        CHECK_MESSAGE(parsed(text).is_any(), text);
        CHECK_FALSE_MESSAGE(parsed(text).is_loopback(), text);
    }
    for (const char* text : {"128.0.0.1:1", "126.0.0.1:1", "[::2]:1", "[2001:db8::1]:1"}) {
        CHECK_FALSE_MESSAGE(parsed(text).is_loopback(), text);
        CHECK_FALSE_MESSAGE(parsed(text).is_any(), text);
    }
}

TEST_CASE("addresses are equal only when all of them is") {
    CHECK(parsed("192.0.2.7:80") == parsed("192.0.2.7:80"));
    CHECK_FALSE(parsed("192.0.2.7:80") == parsed("192.0.2.7:81"));
    CHECK_FALSE(parsed("192.0.2.7:80") == parsed("192.0.2.8:80"));
    CHECK_FALSE(parsed("[fe80::1%2]:80") == parsed("[fe80::1%3]:80"));
    CHECK_FALSE(parsed("[::]:80") == parsed("0.0.0.0:80"));
}

TEST_CASE("an address is 24 bytes") {
    CHECK(sizeof(SocketAddress) == 24);
}
