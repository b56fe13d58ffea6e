#include "common/net/address_pattern.hpp"

#include "common/net/address.hpp"
#include "common/text/number.hpp"

#include <cstring>

namespace hark {

namespace {

constexpr unsigned IPV4_BITS = 32;
constexpr unsigned IPV6_BITS = 128;

// An address without a port as one with port 0.
std::string with_port_0(std::string_view text) {
    const std::string address{text};
    if (text.starts_with('[')) return address + ":0";
    return text.find(':') == std::string_view::npos ? address + ":0" : "[" + address + "]:0";
}

}  // namespace

std::optional<AddressPattern::Host> AddressPattern::host_of(std::string_view peer,
                                                            std::uint16_t& port) {
    const std::optional<SocketAddress> address = SocketAddress::parse(peer);
    if (!address) return std::nullopt;
    sockaddr_storage raw{};
    static_cast<void>(address->to(raw));
    Host host;
    if (raw.ss_family == AF_INET) {
        sockaddr_in in;
        std::memcpy(&in, &raw, sizeof in);
        std::memcpy(host.bytes.data(), &in.sin_addr, sizeof in.sin_addr);
        host.bits = IPV4_BITS;
    } else {
        sockaddr_in6 in;
        std::memcpy(&in, &raw, sizeof in);
        std::memcpy(host.bytes.data(), &in.sin6_addr, sizeof in.sin6_addr);
        host.bits = IPV6_BITS;
        host.scope = in.sin6_scope_id;
    }
    port = address->port();
    return host;
}

std::optional<AddressPattern> AddressPattern::parse(std::string_view text) {
    AddressPattern pattern;
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
        if (const auto address = SocketAddress::parse(text); address && address->port() != 0) {
            pattern.exact_ = address->text();
            const auto host = host_of(pattern.exact_, pattern.port_);
            pattern.host_ = *host;
            pattern.length_ = host->bits;
            return pattern;
        }
    }
    const auto host = host_of(with_port_0(text.substr(0, slash)), pattern.port_);
    if (!host) return std::nullopt;
    pattern.host_ = *host;
    pattern.length_ = host->bits;
    if (slash != std::string_view::npos) {
        const auto length = parse_number<unsigned>(text.substr(slash + 1));
        if (!length || *length > host->bits) return std::nullopt;
        pattern.length_ = *length;
    }
    return pattern;
}

bool AddressPattern::matches(std::string_view peer) const {
    if (!exact_.empty() && peer == exact_) return true;
    std::uint16_t port = 0;
    const std::optional<Host> host = host_of(peer, port);
    if (!host || host->bits != host_.bits) return false;
    if (port_ != 0 && port != port_) return false;
    if (host_.scope != 0 && host->scope != host_.scope) return false;
    const std::size_t whole = length_ / 8;
    if (std::memcmp(host->bytes.data(), host_.bytes.data(), whole) != 0) return false;
    if (length_ % 8 == 0) return true;
    const unsigned different =
        static_cast<unsigned>(host->bytes[whole]) ^ static_cast<unsigned>(host_.bytes[whole]);
    return different >> (8 - length_ % 8) == 0;
}

std::optional<std::string> AddressPattern::exact() const {
    // Of a link-local address records name the link, too.
    const bool any_link = host_.bits == IPV6_BITS && host_.bytes[0] >= 0xFE && host_.scope == 0;
    if (exact_.empty() || any_link) return std::nullopt;
    return exact_;
}

}  // namespace hark
