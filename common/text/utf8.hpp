// Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing over U+10FFFF.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hark::utf8 {

struct Scan {
    std::size_t valid = 0;   // bytes up to the first that is no part of a whole character
    bool ascii = true;       // of the valid bytes: none above 0x7F
    bool wide = false;       // of the valid bytes: a character of three or four bytes among them
    bool truncated = false;  // what follows the valid bytes is the beginning of a character, and
                             // nothing else: more bytes could make it whole
};

// Reads all of `bytes`, or up to the first error.
[[nodiscard]] Scan scan(std::string_view bytes) noexcept;

// How many bytes at the beginning of `bytes` are ASCII.
[[nodiscard]] std::size_t ascii_prefix(std::string_view bytes) noexcept;

inline constexpr std::string_view BOM = "\xEF\xBB\xBF";
inline constexpr std::string_view REPLACEMENT = "\xEF\xBF\xBD";  // U+FFFD

// A character and the bytes it takes. `bytes` must be valid UTF-8 and not empty.
struct Character {
    char32_t code = 0;
    std::size_t length = 0;
};
[[nodiscard]] Character first(std::string_view bytes) noexcept;

// Appends a character, which must be no surrogate and at most U+10FFFF.
void append(std::string& text, char32_t code);

// Appends `bytes` to `text`, with U+FFFD for each byte that is part of no character.
void append_leniently(std::string& text, std::string_view bytes);

}  // namespace hark::utf8
