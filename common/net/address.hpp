// IP addresses with ports, as text and as the kernel takes them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>

namespace hark {

// An IPv4 or IPv6 address with a port, in 24 bytes: every connection keeps one. An IPv4 address
// that the kernel reports as mapped into IPv6 (RFC 4291, 2.5.5.2) is an IPv4 address here.
class SocketAddress {
   public:
    SocketAddress() noexcept = default;  // 0.0.0.0:0

    // From what accept(2) or getsockname(2) gave. Another family reads as 0.0.0.0:0.
    [[nodiscard]] static SocketAddress from(const sockaddr_storage& raw) noexcept;

    // "ADDR:PORT", numeric: "192.0.2.7:8765", "[::1]:8765", "[fe80::1%eth0]:8765",
    // "[fe80::1%2]:8765". Nothing when it is none of these, or the port is over 65535.
    [[nodiscard]] static std::optional<SocketAddress> parse(std::string_view text);

    // For bind(2) and connect(2): fills `raw` and returns the length that counts.
    socklen_t to(sockaddr_storage& raw) const noexcept;

    // "192.0.2.7:51324", "[2001:db8::7]:40112", "[fe80::1%2]:8765" (scope by number, RFC 4007).
    [[nodiscard]] std::string text() const;
    // The same, written to `into`; returns the length. No look-ups, no locale, no allocation.
    static constexpr std::size_t TEXT_CAPACITY = 72;
    std::size_t write_text(char (&into)[TEXT_CAPACITY]) const noexcept;

    [[nodiscard]] bool is_ipv4() const noexcept { return ipv4_; }
    [[nodiscard]] bool is_loopback() const noexcept;
    // All addresses: 0.0.0.0 or [::].
    [[nodiscard]] bool is_any() const noexcept;
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    // The 4 or 16 bytes of the address, in network order, as long as this object lives.
    [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept;
    // Of a link-local IPv6 address: the number of its link; 0: it has none.
    [[nodiscard]] std::uint32_t scope() const noexcept { return scope_; }

    friend bool operator==(const SocketAddress& a, const SocketAddress& b) noexcept;

   private:
    in6_addr address_{};  // an IPv4 address stands in the last four bytes
    std::uint32_t scope_ = 0;
    std::uint16_t port_ = 0;  // host order
    bool ipv4_ = true;
};

}  // namespace hark
