// UTF-16 (RFC 2781) in a given byte order and without a byte order mark: U+FEFF is a character like
// any other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark::utf16 {

enum class Order : std::uint8_t { little_endian, big_endian };

// Appends `bytes` as UTF-8 to `text`, with U+FFFD for each unpaired surrogate and for an odd last
// byte. False if there was one.
[[nodiscard]] bool decode(std::string_view bytes, Order order, std::string& text);

// The length of `bytes` without an incomplete unit or surrogate pair at the end.
[[nodiscard]] std::size_t whole(std::string_view bytes, Order order) noexcept;

}  // namespace hark::utf16
