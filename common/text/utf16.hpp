// UTF-16 (RFC 2781), with the order of bytes given and without a byte order mark: U+FEFF is a
// character like any other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark::utf16 {

enum class Order : std::uint8_t { little_endian, big_endian };

// Appends `bytes` as UTF-8 to `text`, with U+FFFD for each surrogate without its other half and for
// an odd last byte. False when there was one.
[[nodiscard]] bool decode(std::string_view bytes, Order order, std::string& text);

// How many of `bytes` are left when neither a unit nor a pair of surrogates may be cut at the end.
[[nodiscard]] std::size_t whole(std::string_view bytes, Order order) noexcept;

}  // namespace hark::utf16
