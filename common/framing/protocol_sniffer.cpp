#include "common/framing/protocol_sniffer.hpp"

#include <algorithm>
#include <array>

namespace hark {

namespace {

using namespace std::string_view_literals;

// RFC 9110 and 5789 (HTTP), 4918 and 5323 (WebDAV), and PRI of RFC 9113 (HTTP/2's preface).
constexpr std::array METHODS{"GET"sv,       "HEAD"sv,    "POST"sv,  "PUT"sv,   "DELETE"sv,
                             "CONNECT"sv,   "OPTIONS"sv, "TRACE"sv, "PATCH"sv, "PROPFIND"sv,
                             "PROPPATCH"sv, "MKCOL"sv,   "COPY"sv,  "MOVE"sv,  "LOCK"sv,
                             "UNLOCK"sv,    "SEARCH"sv,  "PRI"sv};

constexpr std::size_t SMB_HEADER = 4;  // NetBIOS: a zero and three bytes of length

bool is_http(std::string_view bytes) noexcept {
    const std::size_t blank = bytes.find(' ');
    if (blank == std::string_view::npos) return false;
    if (std::ranges::find(METHODS, bytes.substr(0, blank)) == METHODS.end()) return false;
    bytes.remove_prefix(blank + 1);
    const auto target_end = std::ranges::find_if(bytes, [](char character) {
        const auto byte = static_cast<unsigned char>(character);
        return byte <= 0x20 || byte == 0x7F;
    });
    const auto target = static_cast<std::size_t>(target_end - bytes.begin());
    return target > 0 && bytes.substr(target).starts_with(" HTTP/");
}

// Requires the protocol version, because a mere word may begin with "SSH-".
bool is_ssh(std::string_view bytes) noexcept {
    const auto is_digit = [](char byte) { return byte >= '0' && byte <= '9'; };
    return bytes.size() >= 7 && bytes.starts_with("SSH-") && is_digit(bytes[4]) &&
           bytes[5] == '.' && is_digit(bytes[6]);
}

SniffVerdict tls(std::string_view bytes) noexcept {
    if (!bytes.starts_with("\x16\x03"sv.substr(0, bytes.size()))) return SniffVerdict::no;
    if (bytes.size() < 3) return SniffVerdict::maybe;
    return static_cast<unsigned char>(bytes[2]) <= 4 ? SniffVerdict::yes : SniffVerdict::no;
}

SniffVerdict smb(std::string_view bytes) noexcept {
    if (bytes.front() != '\0') return SniffVerdict::no;
    if (bytes.size() <= SMB_HEADER) return SniffVerdict::maybe;
    bytes.remove_prefix(SMB_HEADER);
    const auto begins = [bytes](std::string_view signature) {
        return bytes.starts_with(signature.substr(0, bytes.size()));
    };
    if (!begins("\xFFSMB") && !begins("\xFESMB")) return SniffVerdict::no;
    return bytes.size() < 4 ? SniffVerdict::maybe : SniffVerdict::yes;
}

}  // namespace

std::string_view name(Protocol protocol) noexcept {
    switch (protocol) {
        case Protocol::http:
            break;
        case Protocol::tls:
            return "TLS";
        case Protocol::ssh:
            return "SSH";
        case Protocol::smb:
            return "SMB";
    }
    return "HTTP";
}

SniffResult sniff_protocol(std::string_view first_bytes) noexcept {
    if (first_bytes.empty()) return {};
    if (is_ssh(first_bytes)) return {SniffVerdict::yes, Protocol::ssh};
    if (const SniffVerdict verdict = tls(first_bytes); verdict != SniffVerdict::no) {
        return {verdict, Protocol::tls};
    }
    if (const SniffVerdict verdict = smb(first_bytes); verdict != SniffVerdict::no) {
        return {verdict, Protocol::smb};
    }
    if (is_http(first_bytes)) return {SniffVerdict::yes, Protocol::http};
    return {};
}

}  // namespace hark
