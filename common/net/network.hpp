// Networks, such as 192.0.2.0/24, and sets of them.
#pragma once

#include "common/net/address.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

// The addresses that share a prefix. An IPv4 network contains no IPv6 addresses, and vice versa;
// IPv4-mapped ones (RFC 4291, 2.5.5.2) are IPv4.
class Network {
   public:
    // "192.0.2.0/24", "2001:db8::/32", "::ffff:192.0.2.0/120"; an address alone is a network of
    // one. Nothing if it is neither, or names an interface.
    [[nodiscard]] static std::optional<Network> parse(std::string_view text);
    // `length`: how many leading bits of `address` count, at most all. Ignores its port and scope.
    Network(const SocketAddress& address, unsigned length) noexcept
        : address_{address}, length_{length} {}

    [[nodiscard]] bool contains(const SocketAddress& address) const noexcept;
    // Whether bits after the prefix are set: "192.0.2.1/24".
    [[nodiscard]] bool has_host_bits() const noexcept;
    // Its first and its last address, as IPv6 with IPv4 mapped.
    using Bytes = SocketAddress::Mapped;
    [[nodiscard]] Bytes first() const noexcept;
    [[nodiscard]] Bytes last() const noexcept;
    [[nodiscard]] bool is_ipv4() const noexcept { return address_.is_ipv4(); }
    // The same network without host bits.
    [[nodiscard]] Network network() const noexcept {
        return {SocketAddress::from_mapped(first()), length_};
    }
    // "192.0.2.0/24"
    [[nodiscard]] std::string text() const;

    friend bool operator==(const Network&, const Network&) = default;

   private:
    // The prefix length in a mapped address.
    [[nodiscard]] unsigned mapped_length() const noexcept;

    SocketAddress address_;
    unsigned length_;
};

// Tells in a few steps whether an address is in any of many networks.
class NetworkSet {
   public:
    NetworkSet() = default;
    explicit NetworkSet(std::vector<Network> networks);

    [[nodiscard]] bool contains(const SocketAddress& address) const noexcept;
    [[nodiscard]] bool empty() const noexcept { return networks_.empty(); }
    // As given.
    [[nodiscard]] const std::vector<Network>& networks() const noexcept { return networks_; }

    friend bool operator==(const NetworkSet& a, const NetworkSet& b) {
        return a.networks_ == b.networks_;
    }

   private:
    struct Range {
        Network::Bytes first;
        Network::Bytes last;
    };
    using Ranges = std::vector<Range>;  // disjoint, ascending

    [[nodiscard]] static Ranges ranges_of(const std::vector<Network>& networks, bool ipv4);

    std::vector<Network> networks_;
    // Separate, since IPv4-mapped addresses lie within ::/0.
    Ranges ipv4_;
    Ranges ipv6_;
};

}  // namespace hark
