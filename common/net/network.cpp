#include "common/net/network.hpp"

#include "common/text/number.hpp"

#include <algorithm>

namespace hark {

namespace {

constexpr unsigned MAPPED_BITS = 96;

// Which bits of byte `index` of a mapped address come after the first `length` bits.
std::uint8_t host_mask(unsigned length, std::size_t index) noexcept {
    const auto before = static_cast<unsigned>(index) * 8;
    if (length <= before) return 0xFF;
    if (length >= before + 8) return 0;
    return static_cast<std::uint8_t>(0xFFU >> (length - before));
}

}  // namespace

std::optional<Network> Network::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string host{text.substr(0, slash)};
    const bool ipv6 = host.find(':') != std::string::npos;
    if (host.find_first_of("[]%") != std::string::npos) return std::nullopt;
    const auto address = SocketAddress::parse(ipv6 ? "[" + host + "]:0" : host + ":0");
    if (!address) return std::nullopt;
    if (slash == std::string_view::npos) return Network{*address, address->bits()};
    auto length = parse_number<unsigned>(text.substr(slash + 1));
    if (!length) return std::nullopt;
    if (ipv6 && address->is_ipv4()) {
        if (*length < MAPPED_BITS) return std::nullopt;
        *length -= MAPPED_BITS;
    }
    if (*length > address->bits()) return std::nullopt;
    return Network{*address, *length};
}

bool Network::contains(const SocketAddress& address) const noexcept {
    const Bytes bytes = address.mapped();
    return address.is_ipv4() == is_ipv4() && first() <= bytes && bytes <= last();
}

bool Network::has_host_bits() const noexcept {
    return address_.mapped() != first();
}

Network::Bytes Network::first() const noexcept {
    Bytes bytes = address_.mapped();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(bytes[i] & ~host_mask(mapped_length(), i));
    }
    return bytes;
}

Network::Bytes Network::last() const noexcept {
    Bytes bytes = address_.mapped();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(bytes[i] | host_mask(mapped_length(), i));
    }
    return bytes;
}

unsigned Network::mapped_length() const noexcept {
    return length_ + (is_ipv4() ? MAPPED_BITS : 0);
}

std::string Network::text() const {
    // "192.0.2.0:0" or "[2001:db8::]:0"
    std::string host = address_.text();
    host.resize(host.rfind(':'));
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    return length_ == address_.bits() ? host : host + '/' + std::to_string(length_);
}

NetworkSet::NetworkSet(std::vector<Network> networks)
    : networks_{std::move(networks)},
      ipv4_{ranges_of(networks_, true)},
      ipv6_{ranges_of(networks_, false)} {}

NetworkSet::Ranges NetworkSet::ranges_of(const std::vector<Network>& networks, bool ipv4) {
    Ranges all;
    for (const Network& network : networks) {
        if (network.is_ipv4() == ipv4) all.push_back({network.first(), network.last()});
    }
    std::ranges::sort(all, {}, &Range::first);
    Ranges disjoint;
    for (const Range& range : all) {
        if (!disjoint.empty() && range.first <= disjoint.back().last) {
            disjoint.back().last = std::max(disjoint.back().last, range.last);
        } else {
            disjoint.push_back(range);
        }
    }
    return disjoint;
}

bool NetworkSet::contains(const SocketAddress& address) const noexcept {
    const Ranges& ranges = address.is_ipv4() ? ipv4_ : ipv6_;
    const Network::Bytes bytes = address.mapped();
    const auto behind = std::ranges::upper_bound(ranges, bytes, {}, &Range::first);
    return behind != ranges.begin() && bytes <= std::prev(behind)->last;
}

}  // namespace hark
