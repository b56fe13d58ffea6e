// A second, slow implementation of UTF-8, and random text to compare with.
#pragma once

#include <string>
#include <vector>

#include <rapidcheck.h>

namespace hark::naive {

inline void append_utf8(std::string& into, char32_t code) {
    const auto add = [&into](char32_t byte) { into += static_cast<char>(byte); };
    if (code < 0x80) {
        add(code);
    } else if (code < 0x800) {
        add(0xC0 + code / 64);
        add(0x80 + code % 64);
    } else if (code < 0x10000) {
        add(0xE0 + code / 4096);
        add(0x80 + code / 64 % 64);
        add(0x80 + code % 64);
    } else {
        add(0xF0 + code / 262144);
        add(0x80 + code / 4096 % 64);
        add(0x80 + code / 64 % 64);
        add(0x80 + code % 64);
    }
}

inline std::string utf8(char32_t code) {
    std::string text;
    append_utf8(text, code);
    return text;
}

inline bool is_scalar(char32_t code) {
    return code < 0xD800 || (code > 0xDFFF && code < 0x110000);
}

// Characters of all lengths, often ones that are not shown as they are.
inline rc::Gen<std::string> text() {
    const auto range = [](char32_t from, char32_t to) { return rc::gen::inRange(from, to); };
    const auto code =
        rc::gen::suchThat(rc::gen::weightedOneOf<char32_t>({{12, range(0x20, 0x7F)},
                                                            {3, range(0, 0x20)},
                                                            {3, range(0x7F, 0x800)},
                                                            {3, range(0x4E00, 0x9FA6)},
                                                            {2, range(0x2000, 0x2070)},
                                                            {1, range(0x800, 0x10000)},
                                                            {1, range(0xFEFF, 0xFF00)},
                                                            {1, range(0xFFFD, 0xFFFE)},
                                                            {1, range(0x10000, 0x110000)}}),
                          is_scalar);
    return rc::gen::map(rc::gen::container<std::vector<char32_t>>(code),
                        [](const std::vector<char32_t>& codes) {
                            std::string text;
                            for (const char32_t each : codes) append_utf8(text, each);
                            return text;
                        });
}

// Any bytes, with long runs of ASCII and pieces of characters among them.
inline rc::Gen<std::string> bytes() {
    const auto byte = rc::gen::weightedOneOf<char>(
        {{4, rc::gen::inRange<char>(0x20, 0x7F)}, {1, rc::gen::arbitrary<char>()}});
    return rc::gen::oneOf(
        rc::gen::arbitrary<std::string>(), rc::gen::container<std::string>(byte), text(),
        rc::gen::map(rc::gen::pair(text(), rc::gen::arbitrary<std::string>()),
                     [](const auto& parts) { return parts.first + parts.second; }));
}

}  // namespace hark::naive
