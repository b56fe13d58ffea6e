#include "common/net/address_pattern.hpp"

#include "common/net/network.hpp"
#include "common/text/number.hpp"

namespace hark {

namespace {

// Adds port 0 to an address without a port.
std::string with_port_0(std::string_view text) {
    const std::string address{text};
    if (text.starts_with('[')) return address + ":0";
    return text.find(':') == std::string_view::npos ? address + ":0" : "[" + address + "]:0";
}

}  // namespace

std::optional<AddressPattern> AddressPattern::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    std::optional<SocketAddress> address;
    if (slash == std::string_view::npos) address = SocketAddress::parse(text);
    if (!address || address->port() == 0) {
        address = SocketAddress::parse(with_port_0(text.substr(0, slash)));
    }
    if (!address) return std::nullopt;
    AddressPattern pattern;
    pattern.address_ = *address;
    pattern.length_ = address->bits();
    if (slash != std::string_view::npos) {
        const auto length = parse_number<unsigned>(text.substr(slash + 1));
        if (!length || *length > pattern.length_) return std::nullopt;
        pattern.length_ = *length;
    }
    return pattern;
}

bool AddressPattern::matches(const SocketAddress& peer) const noexcept {
    if (address_.port() != 0 && peer.port() != address_.port()) return false;
    if (address_.scope() != 0 && peer.scope() != address_.scope()) return false;
    return Network{address_, length_}.contains(peer);
}

bool AddressPattern::matches(std::string_view peer) const {
    const std::optional<SocketAddress> address = SocketAddress::parse(peer);
    return address && matches(*address);
}

std::optional<std::string> AddressPattern::exact() const {
    // For link-local addresses, records include the interface.
    const bool any_link =
        !address_.is_ipv4() && address_.bytes()[0] >= 0xFE && address_.scope() == 0;
    if (address_.port() == 0 || any_link) return std::nullopt;
    return address_.text();
}

}  // namespace hark
