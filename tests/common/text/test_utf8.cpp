#include "common/text/utf8.hpp"
#include "tests/common/text/naive.hpp"

#include <array>
#include <string>
#include <unordered_set>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;
using namespace std::string_view_literals;

namespace {

// Every proper prefix of every character.
const std::unordered_set<std::string>& beginnings() {
    static const auto all = [] {
        std::unordered_set<std::string> set;
        for (char32_t code = 0x80; code < 0x110000; ++code) {
            if (!naive::is_scalar(code)) continue;
            std::string bytes = naive::utf8(code);
            for (bytes.pop_back(); !bytes.empty(); bytes.pop_back()) set.insert(bytes);
        }
        return set;
    }();
    return all;
}

// The length of the character that `bytes` begin with; 0 for none. Encoding the code in its bits
// must give the same bytes again.
std::size_t naive_length(const std::string& bytes) {
    const auto octet = [&bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const char32_t lead = octet(0);
    std::size_t length = 1;
    char32_t code = lead;
    if (lead >= 0xF0) {
        length = 4;
        code = lead & 0x07;
    } else if (lead >= 0xE0) {
        length = 3;
        code = lead & 0x0F;
    } else if (lead >= 0xC0) {
        length = 2;
        code = lead & 0x1F;
    } else if (lead >= 0x80) {
        return 0;
    }
    if (bytes.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) code = code << 6 | (octet(i) & 0x3F);
    if (!naive::is_scalar(code)) return 0;
    return naive::utf8(code) == bytes.substr(0, length) ? length : 0;
}

bool agrees(const std::string& bytes) {
    utf8::Scan expected;
    while (expected.valid < bytes.size()) {
        const std::size_t length = naive_length(bytes.substr(expected.valid));
        if (length == 0) break;
        if (length > 1) expected.ascii = false;
        if (length > 2) ++expected.wide;
        expected.valid += length;
    }
    expected.truncated = beginnings().contains(bytes.substr(expected.valid));
    const utf8::Scan found = utf8::scan(bytes);
    return found.valid == expected.valid && found.ascii == expected.ascii &&
           found.wide == expected.wide && found.truncated == expected.truncated;
}

}  // namespace

TEST_CASE("utf8: every character is read, alone and after ASCII") {
    std::size_t wrong = 0;
    for (char32_t code = 0; code < 0x110000; ++code) {
        if (!naive::is_scalar(code)) continue;
        const std::string bytes = naive::utf8(code);
        const utf8::Character character = utf8::first(bytes);
        const utf8::Scan scan = utf8::scan(bytes);
        std::string appended;
        utf8::append(appended, code);
        const bool right = character.code == code && character.length == bytes.size() &&
                           scan.valid == bytes.size() && !scan.truncated &&
                           scan.ascii == (bytes.size() == 1) &&
                           scan.wide == (bytes.size() > 2 ? 1U : 0U) && appended == bytes;
        if (!right) ++wrong;
    }
    CHECK(wrong == 0);
}

TEST_CASE("utf8: sequences of up to four bytes, one byte of each class") {
    const std::array<unsigned char, 25> classes{
        0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF,
        0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
    std::size_t wrong = 0;
    std::string bytes;
    const auto extend = [&](const auto& self) -> void {
        for (const unsigned char byte : classes) {
            bytes += static_cast<char>(byte);
            if (!agrees(bytes)) ++wrong;
            if (bytes.size() < 4) self(self);
            bytes.pop_back();
        }
    };
    extend(extend);
    CHECK(wrong == 0);
}

TEST_CASE("utf8: all pairs of bytes") {
    std::size_t wrong = 0;
    for (int pair = 0; pair < 0x10000; ++pair) {
        if (!agrees({static_cast<char>(pair >> 8), static_cast<char>(pair & 0xFF)})) ++wrong;
    }
    CHECK(wrong == 0);
}

TEST_CASE("utf8: what is strict about it") {
    CHECK(utf8::scan("").valid == 0);
    CHECK_FALSE(utf8::scan("").truncated);
    CHECK(utf8::scan("a\xC0\x80").valid == 1);          // an overlong NUL
    CHECK(utf8::scan("a\xED\xA0\x80").valid == 1);      // a surrogate
    CHECK(utf8::scan("a\xF4\x90\x80\x80").valid == 1);  // over U+10FFFF
    CHECK_FALSE(utf8::scan("a\xED\xA0").truncated);     // no further byte makes it valid
    CHECK(utf8::scan("a\xED\x9F").truncated);
    CHECK_FALSE(utf8::scan("a\xE4\xBDz").truncated);  // something follows
}

TEST_CASE("utf8: a byte that is not ASCII is found at every place") {
    for (std::size_t size = 1; size < 70; ++size) {
        for (std::size_t place = 0; place < size; ++place) {
            std::string bytes(size, 'a');
            CHECK(utf8::ascii_prefix(bytes) == size);
            bytes[place] = '\x80';
            CHECK(utf8::ascii_prefix(bytes) == place);
            CHECK(utf8::scan(bytes).valid == place);
        }
    }
}

TEST_CASE("utf8: planes without characters") {
    constexpr auto ASSIGNED = utf8::Planes::assigned;
    std::size_t wrong = 0;
    for (char32_t code = 0x10000; code < 0x110000; ++code) {
        const std::string bytes = naive::utf8(code);
        const bool assigned = code < 0x40000 || code >= 0xE0000;
        if (utf8::scan(bytes, ASSIGNED).valid != (assigned ? 4U : 0U)) ++wrong;
    }
    CHECK(wrong == 0);
    CHECK(utf8::scan("\xF0\x9F", ASSIGNED).truncated);
    CHECK(utf8::scan("\xF3\xA0", ASSIGNED).truncated);
    // No further byte makes these a character.
    CHECK_FALSE(utf8::scan("\xF1\xB7", ASSIGNED).truncated);
    CHECK_FALSE(utf8::scan("\xF3\x9F", ASSIGNED).truncated);
    CHECK(utf8::scan("\xF1\xB7").truncated);
    std::string text;
    CHECK(utf8::append_leniently(text, "a\xF1\xB7\xB6\xA5", ASSIGNED) == 4);
    CHECK(text == "a\uFFFD\uFFFD\uFFFD\uFFFD");
    CHECK(utf8::count_invalid("a\xF1\xB7\xB6\xA5", utf8::Planes::all) == 0);
}

TEST_CASE("utf8: a border comes before the beginning of a character") {
    const auto border = [](std::string_view bytes) {
        return utf8::border(bytes, utf8::Planes::all);
    };
    CHECK(border("") == 0);
    CHECK(border("abc") == 3);
    CHECK(border("你") == 3);
    CHECK(border("你\xE5") == 3);
    CHECK(border("你\xE5\xA5") == 3);
    CHECK(border("你\xF0\x9F\x98") == 3);
    CHECK(border("\xF0\x9F\x98") == 0);
    // Nothing that more bytes could complete.
    CHECK(border("a\xFF") == 2);
    CHECK(border("a\x80\x80\x80") == 4);
    CHECK(border("a\xE5\x80z") == 4);
    CHECK(border("a\xE0\x80") == 3);
    // Also after invalid bytes.
    CHECK(border("\xFF\xE4\xBD\xA0\xE5\xA5") == 4);
}

TEST_CASE("utf8: any bytes") {
    CHECK(rc::check("a scan agrees with the slow one", [] { RC_ASSERT(agrees(*naive::bytes())); }));
    CHECK(rc::check("a scan up to the beginning of a character at the end is a border", [] {
        const std::string bytes = *naive::bytes();
        const utf8::Scan scan = utf8::scan(bytes);
        if (scan.valid == bytes.size() || scan.truncated) {
            RC_ASSERT(utf8::border(bytes, utf8::Planes::all) == scan.valid);
        }
    }));
    CHECK(rc::check("bytes that are part of no character are counted as they are replaced", [] {
        const std::string bytes = *naive::bytes();
        std::string text;
        const std::size_t replaced = utf8::append_leniently(text, bytes);
        RC_ASSERT(utf8::count_invalid(bytes, utf8::Planes::all) == replaced);
        RC_ASSERT((replaced == 0) == (text == bytes));
    }));
}

TEST_CASE("UTF-8: a clean name holds no controls, and nothing that is not UTF-8") {
    for (const std::string_view name : {"", "dev7.example.org", "B\xC3\xBCro 7", "\xE5\x81\x9C"}) {
        CHECK(utf8::is_clean(name));
    }
    for (const std::string_view name :
         {"a\nb"sv, "a\0b"sv, "\x1B[2J"sv, "a\x7F"sv, "\xFF"sv, "caf\xE9"sv, "\xE5\x81"sv}) {
        CHECK_FALSE(utf8::is_clean(name));
    }
}
