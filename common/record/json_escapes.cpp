#include "common/record/json_escapes.hpp"

#include "common/text/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace hark {

namespace {

// Takes four hex digits from the front of `text`.
std::optional<char32_t> take_unit(std::string_view& text) noexcept {
    constexpr std::size_t DIGITS = 4;
    if (text.size() < DIGITS) return std::nullopt;
    unsigned unit = 0;
    const char* const end = text.data() + DIGITS;
    if (std::from_chars(text.data(), end, unit, 16).ptr != end) return std::nullopt;
    text.remove_prefix(DIGITS);
    return unit;
}

// Takes the code after "\u".
std::optional<char32_t> take_code(std::string_view& text) noexcept {
    const std::optional<char32_t> first = take_unit(text);
    if (!first || *first < 0xD800 || *first > 0xDFFF) return first;
    if (*first > 0xDBFF || !text.starts_with("\\u")) return std::nullopt;
    text.remove_prefix(2);
    const std::optional<char32_t> second = take_unit(text);
    if (!second || *second < 0xDC00 || *second > 0xDFFF) return std::nullopt;
    return 0x10000 + ((*first - 0xD800) << 10U) + (*second - 0xDC00);
}

std::optional<char> simple_escape(char letter) noexcept {
    switch (letter) {
        case '"':
        case '\\':
        case '/':
            return letter;
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return std::nullopt;
    }
}

}  // namespace

std::size_t json_string_size(std::string_view text) noexcept {
    for (std::size_t at = 0;; at += 2) {
        at = text.find_first_of("\"\\", at);
        if (at == std::string_view::npos || text[at] == '"') return at;
    }
}

bool has_control(std::string_view text) noexcept {
    return std::any_of(text.begin(), text.end(),
                       [](char c) noexcept { return static_cast<unsigned char>(c) < 0x20; });
}

bool append_json_unescaped(std::string& into, std::string_view escaped) {
    if (utf8::scan(escaped).valid != escaped.size() || has_control(escaped)) return false;
    for (;;) {
        const std::size_t plain = std::min(escaped.find('\\'), escaped.size());
        into += escaped.substr(0, plain);
        escaped.remove_prefix(plain);
        if (escaped.empty()) return true;
        if (escaped.size() < 2) return false;
        const char letter = escaped[1];
        escaped.remove_prefix(2);
        if (letter == 'u') {
            const std::optional<char32_t> code = take_code(escaped);
            if (!code) return false;
            utf8::append(into, *code);
        } else {
            const std::optional<char> simple = simple_escape(letter);
            if (!simple) return false;
            into += *simple;
        }
    }
}

}  // namespace hark
