#include "common/net/address_pattern.hpp"

#include "common/text/number.hpp"

#include <cstring>

namespace hark {

namespace {

// Adds port 0 to an address without a port.
std::string with_port_0(std::string_view text) {
    const std::string address{text};
    if (text.starts_with('[')) return address + ":0";
    return text.find(':') == std::string_view::npos ? address + ":0" : "[" + address + "]:0";
}

unsigned bits_of(const SocketAddress& address) noexcept {
    return static_cast<unsigned>(address.bytes().size()) * 8;
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
    pattern.length_ = bits_of(*address);
    if (slash != std::string_view::npos) {
        const auto length = parse_number<unsigned>(text.substr(slash + 1));
        if (!length || *length > pattern.length_) return std::nullopt;
        pattern.length_ = *length;
    }
    return pattern;
}

bool AddressPattern::matches(const SocketAddress& peer) const noexcept {
    if (peer.is_ipv4() != address_.is_ipv4()) return false;
    if (address_.port() != 0 && peer.port() != address_.port()) return false;
    if (address_.scope() != 0 && peer.scope() != address_.scope()) return false;
    const auto wanted = address_.bytes();
    const auto given = peer.bytes();
    const std::size_t whole = length_ / 8;
    if (std::memcmp(given.data(), wanted.data(), whole) != 0) return false;
    if (length_ % 8 == 0) return true;
    const unsigned different =
        static_cast<unsigned>(given[whole]) ^ static_cast<unsigned>(wanted[whole]);
    return different >> (8 - length_ % 8) == 0;
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
