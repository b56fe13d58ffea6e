#include "tools/terminal/terminal_text.hpp"

#include "common/text/printable.hpp"
#include "common/text/utf8.hpp"

#include <array>
#include <clocale>
#include <cstdio>
#include <cwchar>

#include <langinfo.h>

namespace hark {

void prepare_locale_for_terminal() noexcept {
    if (std::string_view{::nl_langinfo(CODESET)} == "ANSI_X3.4-1968") {
        std::setlocale(LC_CTYPE, "C.UTF-8");
    }
}

void append_utf8(std::string& into, wchar_t character) {
    const auto code = static_cast<char32_t>(character);
    const auto put = [&into](char32_t byte) { into += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | code >> 6);
        put(0x80 | (code & 0x3F));
    } else if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
        into += utf8::REPLACEMENT;
    } else if (code < 0x10000) {
        put(0xE0 | code >> 12);
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | code >> 18);
        put(0x80 | (code >> 12 & 0x3F));
        put(0x80 | (code >> 6 & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

std::string to_utf8(std::wstring_view text) {
    std::string result;
    for (const wchar_t character : text) append_utf8(result, character);
    return result;
}

std::wstring to_wide(std::string_view text) {
    std::wstring result;
    while (!text.empty()) {
        const utf8::Character character = utf8::first(text);
        result += static_cast<wchar_t>(character.code);
        text.remove_prefix(character.length);
    }
    return result;
}

Glyph glyph_of(wchar_t character) {
    Glyph glyph;
    std::string plain;
    append_utf8(plain, character);
    append_printable(glyph.text, plain);
    const int columns = ::wcwidth(character);
    if (glyph.text == plain && columns >= 0) {
        glyph.columns = static_cast<unsigned>(columns);
        return glyph;
    }
    if (glyph.text == plain) {
        std::array<char, 12> escaped{};
        std::snprintf(escaped.data(), escaped.size(), character > 0xFFFF ? "\\U%08x" : "\\u%04x",
                      static_cast<unsigned>(character));
        glyph.text = escaped.data();
    }
    glyph.columns = static_cast<unsigned>(glyph.text.size());
    return glyph;
}

bool is_combining(wchar_t character) noexcept {
    return !is_unsafe(static_cast<char32_t>(character)) && ::wcwidth(character) == 0;
}

}  // namespace hark
