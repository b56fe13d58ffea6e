// Headers of the PROXY protocol, and what must hold for each.
#pragma once

#include "common/net/proxy_header.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace hark::test {

using namespace std::string_literals;

// Parses a good header: the same whatever follows it, and incomplete until its last byte has come.
[[nodiscard]] inline ProxyHeader good(const std::string& bytes) {
    CAPTURE(bytes);
    const ProxyHeader header = ProxyHeader::parse(bytes);
    REQUIRE(header.verdict == ProxyHeader::Verdict::complete);
    CHECK(header.size == bytes.size());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        CHECK(ProxyHeader::parse(std::string_view{bytes}.substr(0, size)).verdict ==
              ProxyHeader::Verdict::more);
    }
    for (const std::string& behind : {"\r\n"s, "hello\r\n"s, "PROXY "s, "\0"s, bytes}) {
        const ProxyHeader same = ProxyHeader::parse(bytes + behind);
        CHECK(same.verdict == ProxyHeader::Verdict::complete);
        CHECK(same.size == header.size);
        CHECK(same.local == header.local);
        CHECK(same.client == header.client);
        CHECK(same.certificate == header.certificate);
        CHECK(same.unique_id == header.unique_id);
    }
    return header;
}

// Whether a header is bad, as a whole and with anything after it; once bad, it stays bad.
[[nodiscard]] inline bool is_bad(const std::string& bytes) {
    bool bad = false;
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        const auto verdict = ProxyHeader::parse(std::string_view{bytes}.substr(0, size)).verdict;
        if (verdict == ProxyHeader::Verdict::complete ||
            (bad && verdict != ProxyHeader::Verdict::bad))
            return false;
        bad = verdict == ProxyHeader::Verdict::bad;
    }
    return bad && ProxyHeader::parse(bytes + "\r\n").verdict == ProxyHeader::Verdict::bad;
}

[[nodiscard]] inline std::string client_of(const ProxyHeader& header) {
    return header.client ? header.client->text() : "none";
}
[[nodiscard]] inline std::string client_of(const std::string& bytes) {
    return client_of(good(bytes));
}

[[nodiscard]] inline std::string in_two_bytes(std::size_t number) {
    return {static_cast<char>(number >> 8U), static_cast<char>(number & 0xFFU)};
}
[[nodiscard]] inline std::string version_2(char command, char family, const std::string& block) {
    return "\r\n\r\n\0\r\nQUIT\n"s + command + family + in_two_bytes(block.size()) + block;
}
[[nodiscard]] inline std::string vector_of(char type, const std::string& value) {
    return type + in_two_bytes(value.size()) + value;
}
[[nodiscard]] inline std::string ssl(char client, char verify, const std::string& inner = {}) {
    return vector_of('\x20', client + "\0\0\0"s + verify + inner);
}
[[nodiscard]] inline std::string common_name(const std::string& name) {
    return vector_of('\x22', name);
}

inline constexpr char LOCAL = '\x20';
inline constexpr char PROXY = '\x21';
inline constexpr char TCP4 = '\x11';
inline constexpr char TCP6 = '\x21';

inline const std::string INET = "\xC0\x00\x02\x07\xC6\x33\x64\x01\xC8\x7C\x22\x3D"s;
inline const std::string INET6 =
    "\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\x07"s
    "\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\x01\xC8\x7C\x22\x3D"s;

}  // namespace hark::test
