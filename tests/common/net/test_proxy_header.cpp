#include "tests/common/net/proxy_headers.hpp"
#include "tests/support/generators.hpp"

#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;
using namespace hark::test;
using namespace std::string_literals;
using Verdict = ProxyHeader::Verdict;

TEST_CASE("proxy header: version 1, clients") {
    CHECK(client_of("PROXY TCP4 192.0.2.7 198.51.100.1 51324 8765\r\n") == "192.0.2.7:51324");
    CHECK(client_of("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n") ==
          "255.255.255.255:65535");
    CHECK(client_of("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n") == "0.0.0.0:0");
    CHECK(client_of("PROXY TCP6 2001:db8::7 2001:DB8::1 40112 8765\r\n") == "[2001:db8::7]:40112");
    CHECK(client_of("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
                    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n") ==
          "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
    CHECK(client_of("PROXY TCP6 :: ::1 1 2\r\n") == "[::]:1");
    // As everywhere, mapped addresses are IPv4.
    CHECK(client_of("PROXY TCP6 ::ffff:192.0.2.7 ::ffff:198.51.100.1 51324 8765\r\n") ==
          "192.0.2.7:51324");
    CHECK_FALSE(good("PROXY TCP4 192.0.2.7 198.51.100.1 51324 8765\r\n").local);
}

TEST_CASE("proxy header: version 1, unknown, whatever follows up to CRLF") {
    for (const std::string& rest :
         {""s, " "s, " TCP4"s, " 192.0.2.7 198.51.100.1 51324 8765"s, "  x \0 \xFF"s, " \r x"s,
          " a\nb"s,
          " ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
          "65535 65535"s}) {
        const ProxyHeader header = good("PROXY UNKNOWN" + rest + "\r\n");
        CHECK(client_of(header) == "none");
        CHECK_FALSE(header.local);
    }
}

TEST_CASE("proxy header: version 1, at most 107 bytes") {
    const std::string longest = "PROXY UNKNOWN " + std::string(91, 'x') + "\r\n";
    REQUIRE(longest.size() == 107);
    CHECK(client_of(longest) == "none");
    CHECK(is_bad("PROXY UNKNOWN " + std::string(92, 'x') + "\r\n"));
    CHECK(ProxyHeader::parse("PROXY TCP4" + std::string(96, ' ')).verdict == Verdict::more);
    CHECK(is_bad("PROXY TCP4" + std::string(97, ' ')));
}

TEST_CASE("proxy header: version 1, what is none") {
    for (const char* line :
         {"PROXY \r\n", "PROXY TCP4\r\n", "PROXY TCP4 \r\n",
          // Families, which the addresses must fit.
          "PROXY TCP5 192.0.2.7 198.51.100.1 1 2\r\n", "PROXY tcp4 192.0.2.7 198.51.100.1 1 2\r\n",
          "PROXY UDP4 192.0.2.7 198.51.100.1 1 2\r\n", "PROXY UNKNOWNS\r\n", "PROXY unknown\r\n",
          "PROXY  UNKNOWN\r\n", "PROXY UNKNOWN\n", "PROXY UNKNOWN\n x\r\n",
          "PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n", "PROXY TCP6 192.0.2.7 198.51.100.1 1 2\r\n",
          "PROXY TCP4 192.0.2.7 2001:db8::1 1 2\r\n", "PROXY TCP6 2001:db8::7 192.0.2.7 1 2\r\n",
          // Addresses.
          "PROXY TCP4 192.0.2 198.51.100.1 1 2\r\n", "PROXY TCP4 192.0.2.256 198.51.100.1 1 2\r\n",
          "PROXY TCP4 192.0.2.07 198.51.100.1 1 2\r\n",
          "PROXY TCP4 192.0.2.7 198.051.100.1 1 2\r\n",
          "PROXY TCP4 192.0.2.7. 198.51.100.1 1 2\r\n", "PROXY TCP4 localhost 127.0.0.1 1 2\r\n",
          "PROXY TCP6 2001:db8:::7 2001:db8::1 1 2\r\n",
          "PROXY TCP6 2001::db8::7 2001:db8::1 1 2\r\n",
          "PROXY TCP6 2001:db8:0:0:0:0:0:0:7 ::1 1 2\r\n", "PROXY TCP6 2001:db8:7 ::1 1 2\r\n",
          "PROXY TCP6 fe80::1%lo ::1 1 2\r\n", "PROXY TCP6 fe80::1%1 ::1 1 2\r\n",
          "PROXY TCP6 [2001:db8::7] ::1 1 2\r\n", "PROXY TCP6 2001:db8::g ::1 1 2\r\n",
          "PROXY TCP6 12345::1 ::1 1 2\r\n",
          // Ports.
          "PROXY TCP4 192.0.2.7 198.51.100.1 65536 2\r\n",
          "PROXY TCP4 192.0.2.7 198.51.100.1 1 65536\r\n",
          "PROXY TCP4 192.0.2.7 198.51.100.1 01 2\r\n",
          "PROXY TCP4 192.0.2.7 198.51.100.1 1 02\r\n",
          "PROXY TCP4 192.0.2.7 198.51.100.1 00 2\r\n",
          "PROXY TCP4 192.0.2.7 198.51.100.1 +1 2\r\n",
          "PROXY TCP4 192.0.2.7 198.51.100.1 -1 2\r\n",
          "PROXY TCP4 192.0.2.7 198.51.100.1 0x1 2\r\n",
          "PROXY TCP4 192.0.2.7 198.51.100.1 1 2x\r\n", "PROXY TCP4 192.0.2.7 198.51.100.1 1\r\n",
          "PROXY TCP4 192.0.2.7 198.51.100.1 1 \r\n", "PROXY TCP4 192.0.2.7 198.51.100.1  2\r\n",
          "PROXY TCP4 192.0.2.7 1 2\r\n",
          // Exactly one blank, and no other separator.
          "PROXY  TCP4 192.0.2.7 198.51.100.1 1 2\r\n",
          "PROXY TCP4  192.0.2.7 198.51.100.1 1 2\r\n",
          "PROXY TCP4 192.0.2.7  198.51.100.1 1 2\r\n",
          "PROXY TCP4 192.0.2.7 198.51.100.1  1 2\r\n",
          "PROXY TCP4 192.0.2.7 198.51.100.1 1  2\r\n",
          "PROXY TCP4 192.0.2.7 198.51.100.1 1 2 \r\n",
          "PROXY TCP4 192.0.2.7 198.51.100.1 1 2 3\r\n",
          "PROXY TCP4\t192.0.2.7 198.51.100.1 1 2\r\n",
          // CRLF, and nothing less.
          "PROXY TCP4 192.0.2.7 198.51.100.1 1 2\n", "PROXY TCP4 192.0.2.7 198.51.100.1 1 2\r\r\n",
          "PROXY TCP4 192.0.2.7 198.51.100.1 1 2\rx\r\n",
          "PROXY TCP4 192.0.2.7\n198.51.100.1 1 2\r\n", "PROXY\r\n", "PROXY\tUNKNOWN\r\n",
          "proxy TCP4 192.0.2.7 198.51.100.1 1 2\r\n", " PROXY UNKNOWN\r\n", "hello\r\n",
          "GET / HTTP/1.1\r\n", "\r\nhello\r\n", "\n", "QUIT\n", "bye\r\n"}) {
        CHECK_MESSAGE(is_bad(line), std::string{line});
    }
    CHECK(is_bad("PROXY TCP4 192.0.2.7\0 198.51.100.1 1 2\r\n"s));
    CHECK(is_bad("\0"s));
    CHECK(ProxyHeader::parse({}).verdict == Verdict::more);
}

TEST_CASE("proxy header: random bytes") {
    const auto check = [](const std::string& bytes) {
        const ProxyHeader header = ProxyHeader::parse(bytes);
        if (header.verdict == Verdict::complete) {
            RC_ASSERT(header.size <= bytes.size());
            RC_ASSERT(header.size <= ProxyHeader::MAX_SIZE);
        }
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            const auto before = ProxyHeader::parse(bytes.substr(0, size));
            if (before.verdict == Verdict::bad) RC_ASSERT(header.verdict == Verdict::bad);
            if (before.verdict == Verdict::complete) RC_ASSERT(before.size == header.size);
            if (header.verdict == Verdict::complete && size < header.size) {
                RC_ASSERT(before.verdict == Verdict::more);
            }
        }
    };
    CHECK(rc::check("any", check));
    CHECK(rc::check("version 1", [&] {
        const auto word = rc::gen::element<std::string>("TCP4", "TCP6", "UNKNOWN", " ", "192.0.2.7",
                                                        "::1", "7", "\r", "\n", "\r\n", "x");
        check("PROXY " + *test::joined(word));
    }));
    CHECK(rc::check("version 2", [&] {
        const auto command = *rc::gen::element('\x20', '\x21');
        const auto family = *rc::gen::element('\x00', '\x11', '\x21', '\x31', '\x12');
        const auto vector =
            rc::gen::map(rc::gen::pair(rc::gen::element('\x03', '\x04', '\x05', '\x20', '\x22'),
                                       rc::gen::arbitrary<std::string>()),
                         [](const std::pair<char, std::string>& pair) {
                             return vector_of(pair.first, pair.second);
                         });
        const std::string addresses(family == '\x11' ? 12 : family == '\x21' ? 36 : 0, 'a');
        check(version_2(command, family, addresses + *test::joined(vector)) +
              *rc::gen::arbitrary<std::string>());
    }));
}
