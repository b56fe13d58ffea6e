#include "common/net/address.hpp"

#include "common/text/number.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <net/if.h>

namespace hark {

namespace {

// Offset of the last four bytes of an IPv6 address, where an IPv4 address is stored.
constexpr std::size_t IPV4_OFFSET = 12;

// Parses `text` as an address of `family` into `into`.
bool to_address(int family, std::string_view text, void* into) noexcept {
    char terminated[INET6_ADDRSTRLEN] = {};
    if (text.size() >= sizeof terminated) return false;
    if (text.find('\0') != std::string_view::npos) return false;
    std::copy(text.begin(), text.end(), terminated);
    return ::inet_pton(family, terminated, into) == 1;
}

// Addresses valid on one link only: fe80::/10, ff01::/16 and ff02::/16 with any flags. The kernel
// uses a scope only for these.
bool has_scope(const in6_addr& address) noexcept {
    const unsigned first = address.s6_addr[0];
    const unsigned second = address.s6_addr[1];
    if (first == 0xff) return (second & 0x0f) == 1 || (second & 0x0f) == 2;
    return first == 0xfe && (second & 0xc0) == 0x80;
}

// An interface's index from its number or name; 0 if there is none.
std::uint32_t to_scope(std::string_view text) {
    const bool number =
        std::all_of(text.begin(), text.end(), [](char c) noexcept { return c >= '0' && c <= '9'; });
    if (number) return parse_number<std::uint32_t>(text).value_or(0);
    if (text.find('\0') != std::string_view::npos) return 0;
    return ::if_nametoindex(std::string{text}.c_str());
}

bool is_mapped(const in6_addr& address) noexcept {
    static constexpr std::uint8_t PREFIX[IPV4_OFFSET] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return std::memcmp(address.s6_addr, PREFIX, sizeof PREFIX) == 0;
}

// The IPv4 address stored in `address`, with zeros before it.
in6_addr only_ipv4(const in6_addr& address) noexcept {
    in6_addr result{};
    std::copy_n(address.s6_addr + IPV4_OFFSET, sizeof(in_addr), result.s6_addr + IPV4_OFFSET);
    return result;
}

char* write_number(char* at, std::uint32_t number) noexcept {
    constexpr std::ptrdiff_t MOST_DIGITS = 10;
    return std::to_chars(at, at + MOST_DIGITS, number).ptr;
}

}  // namespace

SocketAddress SocketAddress::from(const sockaddr_storage& raw) noexcept {
    SocketAddress result;
    if (raw.ss_family == AF_INET) {
        sockaddr_in in;
        std::memcpy(&in, &raw, sizeof in);
        std::memcpy(result.address_.s6_addr + IPV4_OFFSET, &in.sin_addr, sizeof in.sin_addr);
        result.port_ = ntohs(in.sin_port);
    } else if (raw.ss_family == AF_INET6) {
        sockaddr_in6 in;
        std::memcpy(&in, &raw, sizeof in);
        result.ipv4_ = is_mapped(in.sin6_addr);
        result.address_ = result.ipv4_ ? only_ipv4(in.sin6_addr) : in.sin6_addr;
        result.scope_ = result.ipv4_ ? 0 : in.sin6_scope_id;
        result.port_ = ntohs(in.sin6_port);
    }
    return result;
}

std::optional<SocketAddress> SocketAddress::parse(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
    if (!port) return std::nullopt;
    std::string_view host = text.substr(0, colon);

    SocketAddress result;
    result.port_ = *port;
    if (!host.starts_with('[')) {
        if (!to_address(AF_INET, host, result.address_.s6_addr + IPV4_OFFSET)) return std::nullopt;
        return result;
    }

    if (!host.ends_with(']')) return std::nullopt;
    host = host.substr(1, host.size() - 2);
    const std::size_t percent = host.find('%');
    if (!to_address(AF_INET6, host.substr(0, percent), &result.address_)) return std::nullopt;
    if (percent != std::string_view::npos) {
        if (!has_scope(result.address_)) return std::nullopt;
        result.scope_ = to_scope(host.substr(percent + 1));
        if (result.scope_ == 0) return std::nullopt;
    }
    result.ipv4_ = is_mapped(result.address_);
    if (result.ipv4_) result.address_ = only_ipv4(result.address_);
    return result;
}

socklen_t SocketAddress::to(sockaddr_storage& raw) const noexcept {
    raw = {};
    if (ipv4_) {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_port = htons(port_);
        std::memcpy(&in.sin_addr, address_.s6_addr + IPV4_OFFSET, sizeof in.sin_addr);
        std::memcpy(&raw, &in, sizeof in);
        return sizeof in;
    }
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(port_);
    in.sin6_addr = address_;
    in.sin6_scope_id = scope_;
    std::memcpy(&raw, &in, sizeof in);
    return sizeof in;
}

std::string SocketAddress::text() const {
    char buffer[TEXT_CAPACITY];
    return {buffer, write_text(buffer)};
}

std::size_t SocketAddress::write_text(char (&into)[TEXT_CAPACITY]) const noexcept {
    char* at = into;
    if (ipv4_) {
        for (std::size_t i = IPV4_OFFSET; i < sizeof address_.s6_addr; ++i) {
            if (i > IPV4_OFFSET) *at++ = '.';
            at = write_number(at, address_.s6_addr[i]);
        }
    } else {
        *at++ = '[';
        // Cannot fail: the family is known and the buffer is large enough.
        ::inet_ntop(AF_INET6, &address_, at, INET6_ADDRSTRLEN);
        at += std::strlen(at);
        if (scope_ != 0) {
            *at++ = '%';
            at = write_number(at, scope_);
        }
        *at++ = ']';
    }
    *at++ = ':';
    at = write_number(at, port_);
    return static_cast<std::size_t>(at - into);
}

std::span<const std::uint8_t> SocketAddress::bytes() const noexcept {
    return std::span{address_.s6_addr}.subspan(ipv4_ ? IPV4_OFFSET : 0);
}

SocketAddress::Mapped SocketAddress::mapped() const noexcept {
    Mapped all;
    std::copy_n(std::begin(address_.s6_addr), all.size(), all.begin());
    if (ipv4_) all[IPV4_OFFSET - 2] = all[IPV4_OFFSET - 1] = 0xFF;
    return all;
}

SocketAddress SocketAddress::from_mapped(const Mapped& bytes) noexcept {
    SocketAddress result;
    std::copy(bytes.begin(), bytes.end(), std::begin(result.address_.s6_addr));
    result.ipv4_ = is_mapped(result.address_);
    if (result.ipv4_) result.address_ = only_ipv4(result.address_);
    return result;
}

bool SocketAddress::is_loopback() const noexcept {
    if (ipv4_) return address_.s6_addr[IPV4_OFFSET] == 127;
    return std::memcmp(&address_, &in6addr_loopback, sizeof address_) == 0;
}

bool SocketAddress::is_any() const noexcept {
    return std::memcmp(&address_, &in6addr_any, sizeof address_) == 0;
}

bool operator==(const SocketAddress& a, const SocketAddress& b) noexcept {
    return std::memcmp(&a.address_, &b.address_, sizeof a.address_) == 0 && a.scope_ == b.scope_ &&
           a.port_ == b.port_ && a.ipv4_ == b.ipv4_;
}

}  // namespace hark
