#include "common/text/utf8.hpp"

#include "common/text/ascii_scan.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace hark::utf8 {

namespace {

// What may follow a lead byte (Unicode, table 3-7): the second byte's range excludes overlong
// forms, surrogates and codes above U+10FFFF; the bytes after it are 80..BF.
struct Form {
    std::size_t length = 0;  // 0: not a lead byte
    unsigned char second_min = 0x80;
    unsigned char second_max = 0xBF;
};

constexpr Form form_of(unsigned char lead, Planes planes) noexcept {
    if (lead < 0xC2) return {};
    if (lead < 0xE0) return {.length = 2};
    if (lead == 0xE0) return {.length = 3, .second_min = 0xA0};
    if (lead == 0xED) return {.length = 3, .second_max = 0x9F};
    if (lead < 0xF0) return {.length = 3};
    if (lead == 0xF0) return {.length = 4, .second_min = 0x90};
    // Excludes U+40000 to U+BFFFF, and the first half of what F3 leads, up to U+DFFFF.
    if (planes == Planes::assigned && lead < 0xF3) return {};
    if (planes == Planes::assigned && lead == 0xF3) return {.length = 4, .second_min = 0xA0};
    if (lead < 0xF4) return {.length = 4};
    if (lead == 0xF4) return {.length = 4, .second_max = 0x8F};
    return {};
}

constexpr unsigned char octet(std::string_view bytes, std::size_t i) noexcept {
    return static_cast<unsigned char>(bytes[i]);
}

// How many of the form's bytes are present and valid; `bytes` begins with its lead.
constexpr std::size_t matching(const Form& form, std::string_view bytes) noexcept {
    const std::size_t end = bytes.size() < form.length ? bytes.size() : form.length;
    if (end < 2 || octet(bytes, 1) < form.second_min || octet(bytes, 1) > form.second_max) return 1;
    std::size_t i = 2;
    while (i < end && (octet(bytes, i) & 0xC0) == 0x80) ++i;
    return i;
}

// Whether `bytes` begins with a three-byte character whose lead allows any two continuation bytes,
// as most of Chinese, Japanese and Korean do.
bool begins_with_plain_three(std::string_view bytes) noexcept {
    if (bytes.size() < 3) return false;
    const unsigned lead = octet(bytes, 0);
    return (lead & 0xF0) == 0xE0 && lead != 0xE0 && lead != 0xED &&
           (octet(bytes, 1) & 0xC0) == 0x80 && (octet(bytes, 2) & 0xC0) == 0x80;
}

}  // namespace

std::size_t ascii_prefix(std::string_view bytes) noexcept {
#ifdef __SSE2__
    if (bytes.size() >= 16) {
        return prefix_by_blocks(
            bytes, [](__m128i block) { return static_cast<unsigned>(_mm_movemask_epi8(block)); });
    }
#endif
    const std::size_t size = bytes.size();
    std::size_t i = 0;
    for (; size - i >= 8; i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + i, sizeof word);
        if ((word & 0x8080808080808080U) != 0) break;
    }
    while (i < size && octet(bytes, i) < 0x80) ++i;
    return i;
}

Scan scan(std::string_view bytes, Planes planes) noexcept {
    // Local, since counters in a result that is returned through a pointer stay in no register.
    std::size_t valid = 0;
    std::size_t wide = 0;
    bool ascii = true;
    const auto result = [&](bool truncated) {
        return Scan{valid, wide, ascii && wide == 0, truncated};
    };
    for (;;) {
        valid += ascii_prefix(bytes.substr(valid));
        // Text that is not ASCII mostly stays so: do not search for the end of ASCII in between.
        for (;;) {
            while (begins_with_plain_three(bytes.substr(valid))) {
                ++wide;
                valid += 3;
            }
            const std::string_view rest = bytes.substr(valid);
            if (rest.empty()) return result(false);
            if (octet(rest, 0) < 0x80) break;
            const Form form = form_of(octet(rest, 0), planes);
            if (form.length == 0) return result(false);
            const std::size_t there = matching(form, rest);
            if (there < form.length) return result(there == rest.size());
            ascii = false;
            if (form.length > 2) ++wide;
            valid += form.length;
        }
    }
}

bool is_clean(std::string_view bytes) noexcept {
    const auto is_control = [](char c) {
        return static_cast<unsigned char>(c) < ' ' || c == '\x7F';
    };
    return scan(bytes).valid == bytes.size() && std::ranges::none_of(bytes, is_control);
}

std::size_t border(std::string_view bytes, Planes planes) noexcept {
    constexpr std::size_t LONGEST_BEGINNING = 3;
    for (std::size_t back = 1; back <= LONGEST_BEGINNING && back <= bytes.size(); ++back) {
        const std::size_t place = bytes.size() - back;
        if ((octet(bytes, place) & 0xC0) == 0x80) continue;
        return scan(bytes.substr(place), planes).truncated ? place : bytes.size();
    }
    return bytes.size();
}

Character first(std::string_view bytes) noexcept {
    const unsigned char lead = octet(bytes, 0);
    const auto tail = [bytes](std::size_t i) { return char32_t{octet(bytes, i)} & 0x3F; };
    if (lead < 0x80) return {lead, 1};
    if (lead < 0xE0) return {(char32_t{lead} & 0x1F) << 6 | tail(1), 2};
    if (lead < 0xF0) return {(char32_t{lead} & 0x0F) << 12 | tail(1) << 6 | tail(2), 3};
    return {(char32_t{lead} & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4};
}

void append(std::string& text, char32_t code) {
    const auto lead = [&](char32_t mark, unsigned shift) {
        text += static_cast<char>(mark | code >> shift);
    };
    const auto tail = [&](unsigned shift) {
        text += static_cast<char>(0x80 | (code >> shift & 0x3F));
    };
    if (code < 0x80) return lead(0, 0);
    if (code < 0x800) {
        lead(0xC0, 6);
    } else if (code < 0x10000) {
        lead(0xE0, 12);
        tail(6);
    } else {
        lead(0xF0, 18);
        tail(12);
        tail(6);
    }
    tail(0);
}

std::size_t append_leniently(std::string& text, std::string_view bytes, Planes planes) {
    for (std::size_t invalid = 0;; ++invalid) {
        const std::size_t valid = scan(bytes, planes).valid;
        text += bytes.substr(0, valid);
        bytes.remove_prefix(valid);
        if (bytes.empty()) return invalid;
        text += REPLACEMENT;
        bytes.remove_prefix(1);
    }
}

std::size_t count_invalid(std::string_view bytes, Planes planes) noexcept {
    for (std::size_t invalid = 0;; ++invalid) {
        bytes.remove_prefix(scan(bytes, planes).valid);
        if (bytes.empty()) return invalid;
        bytes.remove_prefix(1);
    }
}

}  // namespace hark::utf8
