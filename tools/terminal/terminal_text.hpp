// Characters between the three forms they have here: UTF-8 inside the program, wchar_t (UCS-4 in
// the C library) in the line editor, the locale's charset on the terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

// Makes sure that the C library can measure and read characters: a locale without a charset (C,
// POSIX) says nothing of the terminal, which is then taken for UTF-8. After setlocale(3).
void prepare_locale_for_terminal() noexcept;

// Appends `character` as UTF-8; what is no character of Unicode becomes U+FFFD.
void append_utf8(std::string& into, wchar_t character);
[[nodiscard]] std::string to_utf8(std::wstring_view text);

// `text` must be valid UTF-8.
[[nodiscard]] std::wstring to_wide(std::string_view text);

// How one character of an edited line looks: `text` in UTF-8, `columns` wide. What is unsafe to
// show, or what the locale has no width for, is an escape in ASCII. A combining character has no
// columns of its own.
struct Glyph {
    std::string text;
    unsigned columns = 0;
};
[[nodiscard]] Glyph glyph_of(wchar_t character);

// Whether `character` is drawn onto the one before it.
[[nodiscard]] bool is_combining(wchar_t character) noexcept;

}  // namespace hark
