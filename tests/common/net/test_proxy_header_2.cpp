#include "tests/common/net/proxy_headers.hpp"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;
using namespace hark::test;
using Verdict = ProxyHeader::Verdict;

TEST_CASE("proxy header: version 2, clients") {
    CHECK(client_of(version_2(PROXY, TCP4, INET)) == "192.0.2.7:51324");
    CHECK(client_of(version_2(PROXY, TCP6, INET6)) == "[2001:db8::7]:51324");
    const std::string mapped = "\0\0\0\0\0\0\0\0\0\0\xFF\xFF\xC0\0\x02\x07"s;
    CHECK(client_of(version_2(PROXY, TCP6, mapped + mapped + "\0\x01\0\x02"s)) == "192.0.2.7:1");
}

TEST_CASE("proxy header: version 2, no TCP client") {
    for (const auto& [family, block] : std::vector<std::pair<char, std::string>>{
             {'\x00', ""},  // unspecified
             {'\x01', ""},
             {'\x02', ""},
             {'\x00', "any addresses"},  // which are not TLVs
             {'\x00', INET},
             {'\x10', INET},
             {'\x10', ""},
             {'\x20', INET6},
             {'\x30', std::string(216, 'x')},
             {'\x12', INET},  // datagrams
             {'\x22', INET6},
             {'\x31', std::string(216, '\0')},  // UNIX
             {'\x32', std::string(216, '/')},
         }) {
        const int shown = family;  // clang 14 cannot capture structured bindings
        CAPTURE(shown);
        const ProxyHeader header = good(version_2(PROXY, family, block));
        CHECK(client_of(header) == "none");
        CHECK_FALSE(header.local);
        CHECK(header.unique_id.empty());
    }
    CHECK(good(version_2(PROXY, '\0', vector_of('\x05', "id"))).unique_id == "id");
    CHECK(
        good(version_2(PROXY, '\x31', std::string(216, 'x') + vector_of('\x05', "id"))).unique_id ==
        "id");
}

TEST_CASE("proxy header: version 2, a proxy that speaks for itself sends anything") {
    for (const std::string& block :
         {""s, INET, INET6, "x"s, std::string(4080, '\xFF'), INET + vector_of('\x03', "1234"),
          INET + vector_of('\x05', "id") + ssl('\x07', '\0', common_name("name"))}) {
        for (const char family : {'\x00', TCP4, TCP6, '\x31', '\x13', '\x41', '\xFF'}) {
            const int shown = family;  // clang 14 cannot capture structured bindings
            CAPTURE(shown);
            const ProxyHeader header = good(version_2(LOCAL, family, block));
            CHECK(header.local);
            CHECK(client_of(header) == "none");
            CHECK(header.unique_id.empty());
            CHECK(header.certificate.empty());
        }
    }
    CHECK(is_bad(version_2(LOCAL, '\0', std::string(4081, 'x'))));
}

TEST_CASE("proxy header: version 2, what is none") {
    for (const char command : {'\x00', '\x01', '\x11', '\x31', '\x22', '\x2F', '\xF1', '\xA1'}) {
        CAPTURE(static_cast<int>(command));
        CHECK(is_bad(version_2(command, TCP4, INET)));
    }
    for (const char family : {'\x13', '\x1F', '\x23', '\x41', '\x51', '\xF1', '\x03', '\xFF'}) {
        const int shown = family;  // clang 14 cannot capture structured bindings
        CAPTURE(shown);
        CHECK(is_bad(version_2(PROXY, family, std::string(216, '\0'))));
    }
    // Too short for the addresses.
    for (const auto& [family, size] : std::vector<std::pair<char, std::size_t>>{
             {TCP4, 11}, {'\x12', 0}, {TCP6, 35}, {TCP6, 12}, {'\x31', 215}, {'\x32', 0}}) {
        CHECK(is_bad(version_2(PROXY, family, std::string(size, '\0'))));
    }
    for (std::size_t at = 0; at < 12; ++at) {
        std::string bytes = version_2(PROXY, TCP4, INET);
        bytes[at] = static_cast<char>(bytes[at] ^ 1);
        CHECK(is_bad(bytes));
    }
}

TEST_CASE("proxy header: version 2, at most 4096 bytes") {
    const std::string padding = vector_of('\x04', std::string(4065, 'x'));
    const std::string longest = version_2(PROXY, TCP4, INET + padding);
    REQUIRE(longest.size() == ProxyHeader::MAX_SIZE);
    CHECK(client_of(longest) == "192.0.2.7:51324");
    const std::string longer =
        version_2(PROXY, TCP4, INET + vector_of('\x04', std::string(4066, 'x')));
    CHECK(ProxyHeader::parse(longer).verdict == Verdict::bad);
    // Bad as soon as the length has been read.
    CHECK(ProxyHeader::parse(longer.substr(0, 16)).verdict == Verdict::bad);
    CHECK(ProxyHeader::parse(longer.substr(0, 15)).verdict == Verdict::more);
    CHECK(is_bad("\r\n\r\n\0\r\nQUIT\n\x21\x11\xFF\xFF"s));
}
