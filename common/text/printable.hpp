// Text for people and for log lines. Characters that could move the cursor, or hide, reorder or
// fake text, are escaped: C0, DEL, C1, U+2028/9, the bidirectional controls (U+200E/F, U+202A-E,
// U+2066-9), U+200B, U+2060, U+FEFF. ZWJ, ZWNJ and all others stay as they are.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hark {

// Whether `code` is escaped wherever text is shown.
[[nodiscard]] bool is_unsafe(char32_t code) noexcept;

// Appends `text`, valid UTF-8, as one line: \t \n \r, \x1b for the other C0 and DEL, \u200b for the
// rest. A backslash is not escaped.
void append_printable(std::string& into, std::string_view text);

// Whether append_printable() would append `bytes` unchanged. They may be anything.
[[nodiscard]] bool is_shown_as_it_is(std::string_view bytes) noexcept;

// The same for bytes that may be anything, such as a file's name, with U+FFFD for each that is not
// part of a character.
[[nodiscard]] std::string printable(std::string_view bytes);

// Appends `text`, valid UTF-8, as a JSON string (RFC 8259) with its quotes, everything unsafe and
// U+FFFD as \uXXXX: safe to show with `cat`.
void append_json_string(std::string& into, std::string_view text);

// How many bytes at the beginning of `bytes`, which may be anything, are ASCII that
// append_json_string() appends unchanged.
[[nodiscard]] std::size_t plain_json_prefix(std::string_view bytes) noexcept;
// Whether append_json_string() would append all of `text`, valid UTF-8, unchanged.
[[nodiscard]] bool is_plain_json(std::string_view text) noexcept;

}  // namespace hark
