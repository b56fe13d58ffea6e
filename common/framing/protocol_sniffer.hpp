// Detects probes by the first bytes of a connection: web crawlers, TLS clients, SSH and SMB
// scanners.
#pragma once

#include <cstdint>
#include <string_view>

namespace hark {

enum class Protocol : std::uint8_t { http, tls, ssh, smb };
// "HTTP", "TLS", "SSH", "SMB"
[[nodiscard]] std::string_view name(Protocol protocol) noexcept;

enum class SniffVerdict : std::uint8_t {
    no,     // plain text, as far as can be told
    maybe,  // the beginning of a binary probe (TLS, SMB): a few more bytes will tell
    yes,
};

struct SniffResult {
    SniffVerdict verdict = SniffVerdict::no;
    Protocol protocol = Protocol::http;  // with SniffVerdict::yes
};

// Looks at the first bytes of a connection: HTTP (RFC 9112: a known method, SP, target, SP,
// "HTTP/"), TLS (RFC 8446, 5.1: 16 03 00..04), SSH (RFC 4253, 4.2: "SSH-" digit "." digit), SMB
// (MS-SMB: a NetBIOS session header, then FF or FE "SMB"). Returns `maybe` for at most
// MAX_UNDECIDED bytes.
[[nodiscard]] SniffResult sniff_protocol(std::string_view first_bytes) noexcept;

inline constexpr std::size_t MAX_UNDECIDED = 7;

}  // namespace hark
