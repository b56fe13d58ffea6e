// Converts characters between their three forms: UTF-8 inside the program, wchar_t (UCS-4 in the C
// library) in the line editor, the locale's charset on the terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hark {

// Makes sure that the C library can measure and decode characters: a locale without a charset (C,
// POSIX) does not describe the terminal, so UTF-8 is assumed. Requires setlocale(3).
void prepare_locale_for_terminal() noexcept;

// Appends `character` as UTF-8; values that are not Unicode characters become U+FFFD.
void append_utf8(std::string& into, wchar_t character);
[[nodiscard]] std::string to_utf8(std::wstring_view text);

// `text` must be valid UTF-8.
[[nodiscard]] std::wstring to_wide(std::string_view text);

// How a character of the edited line is shown: `text` in UTF-8, `columns` wide. Characters that are
// unsafe to show, or whose width the locale does not know, become ASCII escapes. Combining
// characters have no columns of their own.
struct Glyph {
    std::string text;
    unsigned columns = 0;
};
[[nodiscard]] Glyph glyph_of(wchar_t character);

// Whether `character` combines with the one before it.
[[nodiscard]] bool is_combining(wchar_t character) noexcept;

}  // namespace hark
