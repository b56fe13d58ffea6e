// Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing over U+10FFFF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hark::utf8 {

struct Scan {
    std::size_t valid = 0;   // bytes up to the first that is not part of a whole character
    std::size_t wide = 0;    // characters of three or four bytes among the valid bytes
    bool ascii = true;       // no valid byte is above 0x7F
    bool truncated = false;  // all that follows the valid bytes is the beginning of a character,
                             // which more bytes could complete
};

// Which characters are valid.
enum class Planes : std::uint8_t {
    all,       // up to U+10FFFF
    assigned,  // without planes 4 to 13, where nothing has ever been assigned, or is planned
};

// Reads all of `bytes`, or up to the first error.
[[nodiscard]] Scan scan(std::string_view bytes, Planes planes = Planes::all) noexcept;

// How many bytes at the beginning of `bytes` are ASCII.
[[nodiscard]] std::size_t ascii_prefix(std::string_view bytes) noexcept;

// The length of `bytes` without an incomplete character at the end.
[[nodiscard]] std::size_t border(std::string_view bytes, Planes planes) noexcept;

// Whether all of `bytes` is valid, without C0 controls and DEL: a name that is safe to keep.
[[nodiscard]] bool is_clean(std::string_view bytes) noexcept;

inline constexpr std::string_view BOM = "\xEF\xBB\xBF";
inline constexpr std::string_view REPLACEMENT = "\xEF\xBF\xBD";  // U+FFFD

// A character and the bytes it takes. `bytes` must be valid UTF-8 and not empty.
struct Character {
    char32_t code = 0;
    std::size_t length = 0;
};
[[nodiscard]] Character first(std::string_view bytes) noexcept;

// Appends a character, which must not be a surrogate, and at most U+10FFFF.
void append(std::string& text, char32_t code);

// Appends `bytes` to `text`, with U+FFFD for each byte that is not part of a character. Returns the
// number of these bytes.
std::size_t append_leniently(std::string& text, std::string_view bytes,
                             Planes planes = Planes::all);
// Only counts these bytes.
[[nodiscard]] std::size_t count_invalid(std::string_view bytes, Planes planes) noexcept;

}  // namespace hark::utf8
