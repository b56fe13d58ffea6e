#include "common/net/proxy_header.hpp"

#include "common/text/hex.hpp"
#include "common/text/number.hpp"
#include "common/text/utf8.hpp"

#include <array>
#include <cstring>

#include <netinet/in.h>

namespace hark {

namespace {

using Verdict = ProxyHeader::Verdict;

constexpr std::string_view BEGIN_1 = "PROXY ";
constexpr std::size_t MAX_SIZE_1 = 107;  // with CRLF
constexpr std::string_view BEGIN_2{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t FIXED_SIZE_2 = 16;

// Version 2.
constexpr unsigned LOCAL = 0;
constexpr unsigned PROXY = 1;
constexpr unsigned UNSPEC = 0;
constexpr unsigned INET = 1;
constexpr unsigned INET6 = 2;
constexpr unsigned UNIX = 3;
constexpr unsigned STREAM = 1;
constexpr unsigned DATAGRAM = 2;  // or UNSPEC
constexpr std::array<std::size_t, 4> ADDRESS_SIZES{0, 12, 36, 216};
constexpr unsigned CRC32C = 0x03;
constexpr unsigned UNIQUE_ID = 0x05;
constexpr unsigned SSL = 0x20;
constexpr unsigned SSL_COMMON_NAME = 0x22;
constexpr std::size_t MAX_UNIQUE_ID = 128;
constexpr unsigned OVER_SSL = 0x01;
constexpr unsigned CERTIFICATE_NOW = 0x02;
constexpr unsigned CERTIFICATE_BEFORE = 0x04;

ProxyHeader bad() {
    return {.verdict = Verdict::bad};
}

unsigned byte_at(std::string_view bytes, std::size_t at) noexcept {
    return static_cast<unsigned char>(bytes[at]);
}
std::size_t two_bytes_at(std::string_view bytes, std::size_t at) noexcept {
    return std::size_t{byte_at(bytes, at)} << 8U | byte_at(bytes, at + 1);
}
std::uint32_t four_bytes_at(std::string_view bytes, std::size_t at) noexcept {
    return static_cast<std::uint32_t>(two_bytes_at(bytes, at) << 16U | two_bytes_at(bytes, at + 2));
}

// Removes the text up to the next blank, and the blank, from `rest`, and returns the text; nothing
// if there is no blank.
std::optional<std::string_view> take_word(std::string_view& rest) noexcept {
    const std::size_t blank = rest.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    const std::string_view word = rest.substr(0, blank);
    rest.remove_prefix(blank + 1);
    return word;
}

std::optional<std::uint16_t> port(std::string_view text) noexcept {
    if (text.size() > 1 && text.front() == '0') return std::nullopt;
    return parse_number<std::uint16_t>(text);
}

// An address of the given family, as the kernel writes it.
std::optional<SocketAddress> address(std::string_view host, std::string_view port_text, bool ipv6) {
    if (!port(port_text) || (host.find(':') != std::string_view::npos) != ipv6) return std::nullopt;
    if (host.find_first_of("[]%") != std::string_view::npos) return std::nullopt;
    const std::string text{host};
    return SocketAddress::parse((ipv6 ? "[" + text + "]:" : text + ":") + std::string{port_text});
}

// `words`: what stands between "PROXY " and CRLF.
bool is_unknown(std::string_view words) noexcept {
    constexpr std::string_view UNKNOWN = "UNKNOWN";
    return words.starts_with(UNKNOWN) &&
           (words.size() == UNKNOWN.size() || words[UNKNOWN.size()] == ' ');
}

ProxyHeader parse_1(std::string_view bytes) {
    const std::string_view line = bytes.substr(0, MAX_SIZE_1);
    const std::size_t end = line.find("\r\n");
    if (end == std::string_view::npos) {
        if (bytes.size() >= MAX_SIZE_1) return bad();
        // Only an unknown client's line may contain anything, even a lone LF.
        const bool lone_lf = line.find('\n') != std::string_view::npos;
        return lone_lf && !is_unknown(line.substr(BEGIN_1.size())) ? bad() : ProxyHeader{};
    }
    ProxyHeader header{.verdict = Verdict::complete, .size = end + 2};
    std::string_view rest = line.substr(0, end).substr(BEGIN_1.size());
    if (is_unknown(rest)) return header;
    const auto family = take_word(rest);
    const auto from = take_word(rest);
    const auto to = take_word(rest);
    const auto from_port = take_word(rest);
    if (!family || !from || !to || !from_port || (family != "TCP4" && family != "TCP6")) {
        return bad();
    }
    const bool ipv6 = family == "TCP6";
    header.client = address(*from, *from_port, ipv6);
    if (!header.client || !address(*to, rest, ipv6)) return bad();
    return header;
}

SocketAddress client_of(std::string_view block, unsigned family) noexcept {
    sockaddr_storage raw{};
    if (family == INET) {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        std::memcpy(&in.sin_addr, block.data(), sizeof in.sin_addr);
        in.sin_port = htons(static_cast<std::uint16_t>(two_bytes_at(block, 8)));
        std::memcpy(&raw, &in, sizeof in);
    } else {
        sockaddr_in6 in{};
        in.sin6_family = AF_INET6;
        std::memcpy(&in.sin6_addr, block.data(), sizeof in.sin6_addr);
        in.sin6_port = htons(static_cast<std::uint16_t>(two_bytes_at(block, 32)));
        std::memcpy(&raw, &in, sizeof in);
    }
    return SocketAddress::from(raw);
}

// Castagnoli's CRC, reflected (RFC 3720, 12.1). No table: headers are short, and few have a CRC.
std::uint32_t crc32c(std::string_view bytes) noexcept {
    std::uint32_t crc = 0xFFFFFFFF;
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1U ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
    }
    return ~crc;
}

// Reads consecutive TLVs: type, length and value. `take`, bool(type, value, offset of the value),
// says whether each is good.
template <typename Take>
bool for_each_vector(std::string_view vectors, Take take) {
    for (std::size_t at = 0; at < vectors.size();) {
        if (vectors.size() - at < 3) return false;
        const std::size_t length = two_bytes_at(vectors, at + 1);
        if (vectors.size() - at - 3 < length) return false;
        if (!take(byte_at(vectors, at), vectors.substr(at + 3, length), at + 3)) return false;
        at += 3 + length;
    }
    return true;
}

bool take_ssl(std::string_view value, ProxyHeader& header) {
    if (value.size() < 5) return false;
    const unsigned client = byte_at(value, 0);
    const bool verified = four_bytes_at(value, 1) == 0;
    const bool shown = (client & (CERTIFICATE_NOW | CERTIFICATE_BEFORE)) != 0;
    std::string_view name;
    const bool good =
        for_each_vector(value.substr(5), [&](unsigned type, std::string_view inner, std::size_t) {
            if (type == SSL_COMMON_NAME) name = inner;
            return true;
        });
    if (!good) return false;
    if ((client & OVER_SSL) == 0 || !shown || !verified) return true;
    header.certificate = name;
    return utf8::is_clean(name);
}

// Whether the TLVs of `bytes`, a complete header, are good; they begin at `vectors`.
bool take_vectors(std::string_view bytes, std::size_t vectors, ProxyHeader& header) {
    return for_each_vector(bytes.substr(vectors),
                           [&](unsigned type, std::string_view value, std::size_t offset) {
                               switch (type) {
                                   case CRC32C: {
                                       if (value.size() != 4) return false;
                                       std::string without{bytes};
                                       without.replace(vectors + offset, 4, 4, '\0');
                                       return crc32c(without) == four_bytes_at(value, 0);
                                   }
                                   case UNIQUE_ID:
                                       if (value.size() > MAX_UNIQUE_ID) return false;
                                       if (utf8::scan(value).valid == value.size()) {
                                           header.unique_id = value;
                                       } else {
                                           header.unique_id.clear();
                                           append_hex(header.unique_id, value);
                                       }
                                       return true;
                                   case SSL:
                                       return take_ssl(value, header);
                                   default:
                                       return true;
                               }
                           });
}

ProxyHeader parse_2(std::string_view bytes) {
    if (bytes.size() > 12 && (byte_at(bytes, 12) >> 4U != 2 || (byte_at(bytes, 12) & 0xFU) > PROXY))
        return bad();
    if (bytes.size() < 14) return {};
    const bool local = (byte_at(bytes, 12) & 0xFU) == LOCAL;
    const unsigned family = byte_at(bytes, 13) >> 4U;
    const unsigned transport = byte_at(bytes, 13) & 0xFU;
    if (!local && (family > UNIX || transport > DATAGRAM)) return bad();
    if (bytes.size() < FIXED_SIZE_2) return {};
    const std::size_t size = FIXED_SIZE_2 + two_bytes_at(bytes, 14);
    if (size > ProxyHeader::MAX_SIZE) return bad();
    const bool unspecified = family == UNSPEC || transport == UNSPEC;
    const std::size_t vectors = local ? size : FIXED_SIZE_2 + ADDRESS_SIZES[family];
    if (size < vectors && !unspecified) return bad();
    if (bytes.size() < size) return {};

    ProxyHeader header{.verdict = Verdict::complete, .size = size, .local = local};
    // A proxy that speaks for itself may send anything.
    if (local || size < vectors) return header;
    bytes = bytes.substr(0, size);
    if (transport == STREAM && (family == INET || family == INET6)) {
        header.client = client_of(bytes.substr(FIXED_SIZE_2), family);
    }
    // Where TLVs would be, there may be addresses of an unspecified kind.
    const auto any = [](unsigned, std::string_view, std::size_t) { return true; };
    if (unspecified && !for_each_vector(bytes.substr(vectors), any)) return header;
    if (!take_vectors(bytes, vectors, header)) return bad();
    return header;
}

}  // namespace

ProxyHeader ProxyHeader::parse(std::string_view bytes) {
    const auto begins = [bytes](std::string_view beginning) {
        return bytes.substr(0, beginning.size()) == beginning.substr(0, bytes.size());
    };
    if (begins(BEGIN_1)) return bytes.size() < BEGIN_1.size() ? ProxyHeader{} : parse_1(bytes);
    if (begins(BEGIN_2)) return bytes.size() < BEGIN_2.size() ? ProxyHeader{} : parse_2(bytes);
    return bad();
}

}  // namespace hark
