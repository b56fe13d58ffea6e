#include "common/text/printable.hpp"

#include "common/text/ascii_scan.hpp"
#include "common/text/utf8.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace hark {

namespace {

enum class Style : bool { line, json };

constexpr char32_t REPLACEMENT = 0xFFFD;

template <Style style>
bool is_clean_ascii(unsigned char byte) noexcept {
    if (byte < 0x20 || byte >= 0x7F) return false;
    return style == Style::line || (byte != '"' && byte != '\\');
}

#ifdef __SSE2__

// Bit i: byte i is not clean ASCII.
template <Style style>
unsigned unclean_16(__m128i block) noexcept {
    // Compared as signed, so bytes that are not ASCII are below the blank, too.
    __m128i bad = _mm_or_si128(_mm_cmplt_epi8(block, _mm_set1_epi8(0x20)),
                               _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7F)));
    if constexpr (style == Style::json) {
        bad = _mm_or_si128(bad, _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')),
                                             _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'))));
    }
    return static_cast<unsigned>(_mm_movemask_epi8(bad));
}

#endif

// Whether all of the eight bytes are clean ASCII.
template <Style style>
bool are_clean_8(const char* data) noexcept {
    constexpr std::uint64_t ONES = 0x0101010101010101U;
    constexpr std::uint64_t HIGHS = ONES * 0x80;
    // Not zero if and only if a byte is below `limit`: only a byte below the limit borrows from
    // another.
    const auto below = [](std::uint64_t word, std::uint64_t limit) {
        return (word - ONES * limit) & ~word & HIGHS;
    };
    std::uint64_t word = 0;
    std::memcpy(&word, data, sizeof word);
    std::uint64_t bad = (word & HIGHS) | below(word, 0x20) | below(word ^ ONES * 0x7F, 1);
    if constexpr (style == Style::json) {
        bad |= below(word ^ ONES * '"', 1) | below(word ^ ONES * '\\', 1);
    }
    return bad == 0;
}

template <Style style>
std::size_t clean_ascii_prefix(std::string_view text) noexcept {
#ifdef __SSE2__
    if (text.size() >= 16) return prefix_by_blocks(text, unclean_16<style>);
#endif
    const char* const data = text.data();
    std::size_t i = 0;
    while (text.size() - i >= 8 && are_clean_8<style>(data + i)) i += 8;
    while (i < text.size() && is_clean_ascii<style>(static_cast<unsigned char>(data[i]))) ++i;
    return i;
}

// The length of a character that is safe whatever follows its lead byte; 0 if that must be
// examined: C2 leads C1, E2 what is invisible or changes the direction, EF the byte order mark and
// the replacement character.
constexpr std::size_t safe_length(unsigned char lead) noexcept {
    if (lead < 0xE0) return lead == 0xC2 ? 0 : 2;
    if (lead < 0xF0) return lead == 0xE2 || lead == 0xEF ? 0 : 3;
    return 4;
}

// How many bytes at the beginning of `text` are shown as they are.
template <Style style>
std::size_t clean_prefix(std::string_view text) noexcept {
    std::size_t i = 0;
    for (;;) {
        i += clean_ascii_prefix<style>(text.substr(i));
        for (;;) {
            if (i == text.size()) return i;
            const auto lead = static_cast<unsigned char>(text[i]);
            if (lead < 0x80) break;
            std::size_t length = safe_length(lead);
            if (length == 0) {
                const utf8::Character next = utf8::first(text.substr(i));
                if (is_unsafe(next.code)) return i;
                if (style == Style::json && next.code == REPLACEMENT) return i;
                length = next.length;
            }
            i += length;
        }
        if (!is_clean_ascii<style>(static_cast<unsigned char>(text[i]))) return i;
    }
}

char hex_digit(char32_t number) noexcept {
    return "0123456789abcdef"[number & 0xF];
}

void append_escape(std::string& into, char letter) {
    into += '\\';
    into += letter;
}

template <Style style>
void append_escaped(std::string& into, char32_t code) {
    switch (code) {
        case '\t':
            return append_escape(into, 't');
        case '\n':
            return append_escape(into, 'n');
        case '\r':
            return append_escape(into, 'r');
        default:
            break;
    }
    if constexpr (style == Style::json) {
        switch (code) {
            case '\b':
                return append_escape(into, 'b');
            case '\f':
                return append_escape(into, 'f');
            case '"':
                return append_escape(into, '"');
            case '\\':
                return append_escape(into, '\\');
            default:
                break;
        }
    } else if (code < 0x80) {
        const std::array escape{'\\', 'x', hex_digit(code >> 4), hex_digit(code)};
        into.append(escape.data(), escape.size());
        return;
    }
    // Nothing above U+FFFF is escaped, so four digits suffice.
    const std::array escape{
        '\\',           'u', hex_digit(code >> 12), hex_digit(code >> 8), hex_digit(code >> 4),
        hex_digit(code)};
    into.append(escape.data(), escape.size());
}

template <Style style>
void append(std::string& into, std::string_view text) {
    for (;;) {
        const std::size_t clean = clean_prefix<style>(text);
        into += text.substr(0, clean);
        text.remove_prefix(clean);
        if (text.empty()) return;
        const utf8::Character next = utf8::first(text);
        append_escaped<style>(into, next.code);
        text.remove_prefix(next.length);
    }
}

}  // namespace

bool is_unsafe(char32_t code) noexcept {
    if (code < 0x20) return true;
    if (code < 0x200B) return code >= 0x7F && code <= 0x9F;
    if (code > 0x2069) return code == 0xFEFF;
    return code == 0x200B || code == 0x200E || code == 0x200F || code == 0x2060 ||
           (code >= 0x2028 && code <= 0x202E) || code >= 0x2066;
}

void append_printable(std::string& into, std::string_view text) {
    append<Style::line>(into, text);
}

void append_json_string(std::string& into, std::string_view text) {
    into += '"';
    append<Style::json>(into, text);
    into += '"';
}

bool is_shown_as_it_is(std::string_view bytes) noexcept {
    return clean_ascii_prefix<Style::line>(bytes) == bytes.size() ||
           (utf8::scan(bytes).valid == bytes.size() &&
            clean_prefix<Style::line>(bytes) == bytes.size());
}

std::size_t plain_json_prefix(std::string_view bytes) noexcept {
    return clean_ascii_prefix<Style::json>(bytes);
}

bool is_plain_json(std::string_view text) noexcept {
    return clean_prefix<Style::json>(text) == text.size();
}

std::string printable(std::string_view bytes) {
    std::string text;
    utf8::append_leniently(text, bytes);
    std::string shown;
    append_printable(shown, text);
    return shown;
}

}  // namespace hark
