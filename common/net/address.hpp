// IP addresses with ports, as text and as socket addresses.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>

namespace hark {

// An IPv4 or IPv6 address with a port, in 24 bytes: every connection stores one. IPv4-mapped IPv6
// addresses (RFC 4291, 2.5.5.2) become IPv4 addresses.
class SocketAddress {
   public:
    SocketAddress() noexcept = default;  // 0.0.0.0:0

    // From accept(2) or getsockname(2). Any other family becomes 0.0.0.0:0.
    [[nodiscard]] static SocketAddress from(const sockaddr_storage& raw) noexcept;

    // "ADDR:PORT", numeric: "192.0.2.7:8765", "[::1]:8765", "[fe80::1%eth0]:8765",
    // "[fe80::1%2]:8765". Nothing if it is none of these, or the port exceeds 65535.
    [[nodiscard]] static std::optional<SocketAddress> parse(std::string_view text);

    // For bind(2) and connect(2): fills `raw` and returns its length.
    socklen_t to(sockaddr_storage& raw) const noexcept;

    // "192.0.2.7:51324", "[2001:db8::7]:40112", "[fe80::1%2]:8765" (numeric scope, RFC 4007).
    [[nodiscard]] std::string text() const;
    // The same, written to `into`; returns the length. No name look-ups, no locale, no allocation.
    static constexpr std::size_t TEXT_CAPACITY = 72;
    std::size_t write_text(char (&into)[TEXT_CAPACITY]) const noexcept;

    [[nodiscard]] bool is_ipv4() const noexcept { return ipv4_; }
    [[nodiscard]] bool is_loopback() const noexcept;
    // Whether it is the wildcard address: 0.0.0.0 or [::].
    [[nodiscard]] bool is_any() const noexcept;
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    // The 4 or 16 bytes of the address, in network order; valid as long as this object.
    [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept;
    // The number of bits in those: 32 or 128.
    [[nodiscard]] unsigned bits() const noexcept {
        return static_cast<unsigned>(bytes().size()) * 8;
    }
    // The address as IPv6 (IPv4 becomes IPv4-mapped), without port and scope; and back.
    using Mapped = std::array<std::uint8_t, 16>;
    [[nodiscard]] Mapped mapped() const noexcept;
    [[nodiscard]] static SocketAddress from_mapped(const Mapped& bytes) noexcept;
    // The interface index of a link-local IPv6 address; 0: none.
    [[nodiscard]] std::uint32_t scope() const noexcept { return scope_; }

    friend bool operator==(const SocketAddress& a, const SocketAddress& b) noexcept;

   private:
    in6_addr address_{};  // an IPv4 address is in the last four bytes
    std::uint32_t scope_ = 0;
    std::uint16_t port_ = 0;  // host order
    bool ipv4_ = true;
};

}  // namespace hark
