#include "common/framing/protocol_sniffer.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::string_view_literals;

namespace {

// "no", "maybe", or the protocol's name.
std::string_view verdict(std::string_view bytes) {
    const SniffResult result = sniff_protocol(bytes);
    switch (result.verdict) {
        case SniffVerdict::no:
            break;
        case SniffVerdict::maybe:
            return "maybe";
        case SniffVerdict::yes:
            return name(result.protocol);
    }
    return "no";
}

}  // namespace

TEST_CASE("probe: HTTP") {
    for (const char* method :
         {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
          "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "SEARCH", "PRI"}) {
        CHECK(verdict(std::string(method) + " /x?y=1 HTTP/1.1\r\n") == "HTTP");
        CHECK(verdict(std::string(method) + " * HTTP/") == "HTTP");
    }
    CHECK(verdict("GET / HTTP") == "no");
    CHECK(verdict("GET  HTTP/1.1") == "no");
    CHECK(verdict("GET /a b HTTP/1.1") == "no");
    CHECK(verdict("GET /\nx HTTP/1.1") == "no");
    CHECK(verdict("GET / http/1.1") == "no");
    CHECK(verdict("get / HTTP/1.1") == "no");
    CHECK(verdict("GOT / HTTP/1.1") == "no");
    CHECK(verdict(" GET / HTTP/1.1") == "no");
    CHECK(verdict("say GET / HTTP/1.1") == "no");
    CHECK(verdict("GET") == "no");
    CHECK(verdict("GET ") == "no");
    CHECK(verdict("GET /") == "no");
}

TEST_CASE("probe: TLS") {
    CHECK(verdict("\x16") == "maybe");
    CHECK(verdict("\x16\x03") == "maybe");
    CHECK(verdict("\x16\x03\x00"sv) == "TLS");
    CHECK(verdict("\x16\x03\x01\x02\x00\x01"sv) == "TLS");
    CHECK(verdict("\x16\x03\x04") == "TLS");
    CHECK(verdict("\x16\x03\x05") == "no");
    CHECK(verdict("\x16\x03\xFF") == "no");
    CHECK(verdict("\x16\x02") == "no");
    CHECK(verdict("\x15\x03\x01") == "no");
}

TEST_CASE("probe: SSH") {
    CHECK(verdict("SSH-2.0-Go\r\n") == "SSH");
    CHECK(verdict("SSH-1.99-x") == "SSH");
    CHECK(verdict("SSH-0.9") == "SSH");
    // Text may begin like this, but without a version.
    for (const char* text : {"SSH", "SSH-", "SSH-2", "SSH-2.", "SSH-key of web1", "SSH-2 agents: 4",
                             "SSH-2.x", "SSH-a.0", "SSH-2,0", "SSH-10.0", "xSSH-2.0", "ssh-2.0"}) {
        CHECK(verdict(text) == "no");
    }
}

TEST_CASE("probe: SMB") {
    constexpr std::string_view SMB1 = "\0\0\0\x85\xFFSMBr\0"sv;
    constexpr std::string_view SMB2 = "\0\0\x01\x12\xFESMB@\0"sv;
    for (const std::string_view packet : {SMB1, SMB2}) {
        for (std::size_t length = 1; length <= MAX_UNDECIDED; ++length) {
            CHECK(verdict(packet.substr(0, length)) == "maybe");
        }
        for (std::size_t length = MAX_UNDECIDED + 1; length <= packet.size(); ++length) {
            CHECK(verdict(packet.substr(0, length)) == "SMB");
        }
    }
    CHECK(verdict("\0\0\0\x85SMB "sv) == "no");
    CHECK(verdict("\0\0\0\x85\xFFSMC"sv) == "no");
    CHECK(verdict("\0\0\0\x85\xFF"sv) == "maybe");
    CHECK(verdict("\0\0\0\x85\xFD"sv) == "no");
    CHECK(verdict("\0hello, world"sv) == "no");
}

TEST_CASE("probe: text is none") {
    CHECK(verdict("") == "no");
    CHECK(verdict("hello") == "no");
    CHECK(verdict("你好") == "no");
    CHECK(verdict("\xFF\xFD\x06") == "no");
}

TEST_CASE("probe: never undecided for longer than said") {
    for (int pair = 0; pair < 0x10000; ++pair) {
        const std::string bytes =
            std::string{static_cast<char>(pair >> 8), static_cast<char>(pair & 0xFF)} +
            std::string(MAX_UNDECIDED - 1, '\0');
        if (sniff_protocol(bytes).verdict == SniffVerdict::maybe) FAIL(pair);
    }
}
