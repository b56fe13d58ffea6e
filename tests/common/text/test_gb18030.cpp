#include "common/text/gb18030.hpp"
#include "common/text/utf8.hpp"
#include "tests/common/text/edition.hpp"
#include "tests/common/text/naive.hpp"

#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

// "-" in front shows that a failed call leaves the text unchanged.
std::string decoded(gb18030::Converter& converter, std::string_view bytes) {
    std::string text = "-";
    if (converter.decode(bytes, text)) return text.substr(1);
    return text == "-" ? "no" : "changed";
}

std::string encoded(gb18030::Converter& converter, std::string_view text) {
    std::string bytes = "-";
    if (converter.encode(text, bytes)) return bytes.substr(1);
    return bytes == "-" ? "no" : "changed";
}

std::string leniently(gb18030::Converter& converter, std::string_view bytes) {
    std::string text = "-";
    converter.decode_leniently(bytes, text);
    return text.substr(1);
}

// Codes whose characters now have two-byte codes.
bool late(unsigned linear) {
    return (linear >= 19057 && linear <= 19064) || (linear >= 39076 && linear <= 39085);
}

std::string four(unsigned linear) {
    return {static_cast<char>(0x81 + linear / 12600), static_cast<char>(0x30 + linear / 1260 % 10),
            static_cast<char>(0x81 + linear / 10 % 126), static_cast<char>(0x30 + linear % 10)};
}

}  // namespace

TEST_CASE("gb18030: known characters") {
    gb18030::Converter converter;
    CHECK(decoded(converter, "") == "");
    CHECK(decoded(converter, "\xC4\xE3\xBA\xC3") == "你好");
    CHECK(decoded(converter, "a\xA1\xA1z") == "a\u3000z");
    CHECK(decoded(converter, "\x81\x30\x81\x30") == "\u0080");
    CHECK(decoded(converter, "\x94\x39\xFC\x36") == "\U0001F600");
    CHECK(decoded(converter, "\xE3\x32\x9A\x35") == "\U0010FFFF");
    CHECK(decoded(converter, std::string_view("a\0b", 3)) == std::string("a\0b", 3));
    CHECK(encoded(converter, "你好\U0001F600") == "\xC4\xE3\xBA\xC3\x94\x39\xFC\x36");
}

TEST_CASE("gb18030: the euro sign of CP936") {
    gb18030::Converter converter;
    CHECK(decoded(converter, "\x80") == "€");
    CHECK(decoded(converter, "\x80\xC4\xE3\x80\x80z") == "€你€€z");
    CHECK(decoded(converter, "\x81\x80\x80") == "亐€");  // 0x80 is also a trail byte
    CHECK(encoded(converter, "€") == "\xA2\xE3");
}

TEST_CASE("gb18030: all codes of two bytes go there and back") {
    gb18030::Converter converter;
    std::size_t wrong = 0;
    for (unsigned pair = 0; pair < 0x10000; ++pair) {
        const unsigned lead = pair >> 8;
        const unsigned trail = pair & 0xFF;
        const std::string bytes{static_cast<char>(lead), static_cast<char>(trail)};
        if (lead <= 0x80) continue;
        const bool has_lead = lead != 0xFF;
        const bool is_code = has_lead && trail >= 0x40 && trail != 0x7F && trail != 0xFF;
        const bool is_cut = has_lead && trail >= 0x30 && trail <= 0x39;
        const std::size_t length = is_code ? 2 : is_cut ? 4 : 0;
        const gb18030::Scan scan = gb18030::scan(bytes);
        const std::string text = decoded(converter, bytes);
        const bool right = gb18030::form_length(bytes) == length && scan.truncated == is_cut &&
                           scan.valid == (is_code ? 2 : 0) && (text != "no") == is_code &&
                           (!is_code || encoded(converter, text) == bytes);
        if (!right) ++wrong;
    }
    CHECK(wrong == 0);
}

TEST_CASE("gb18030: codes of four bytes") {
    gb18030::Converter converter;
    std::size_t wrong = 0;
    std::size_t known = 0;
    for (unsigned linear = 0; linear < 126 * 12600; linear += 7) {
        const std::string bytes = four(linear);
        const std::string text = decoded(converter, bytes);
        if (gb18030::form_length(bytes) != 4 || gb18030::scan(bytes).valid != 4) ++wrong;
        // The planes above the first are in order, from 90308130 on.
        const bool is_high = linear >= 189000 && linear < 189000 + 0x100000;
        if (is_high && text != naive::utf8(linear - 189000 + 0x10000)) ++wrong;
        const bool is_reserved = (linear >= 39420 && linear < 189000 && text != "no") ||
                                 (linear >= 189000 + 0x100000 && text != "no");
        if (is_reserved) ++wrong;
        if (linear < 39420 && text != "no") {
            ++known;
            if (encoded(converter, text) != bytes && !late(linear)) ++wrong;
        }
    }
    CHECK(wrong == 0);
    CHECK(known > 39000 / 7);
}

TEST_CASE("gb18030: what is none, and none of it is left behind") {
    gb18030::Converter converter;
    for (const std::string_view bytes :
         {"\xFF", "a\xC4", "\x81\x30", "\x81\x30\x81", "\x81\x30\x81z", "\xC4\x7F", "\xC4\xE3\xFF",
          "\x80\xFF", "\xFE\x39\xFE\x39"}) {
        CHECK(decoded(converter, bytes) == "no");
        CHECK(decoded(converter, "\xC4\xE3") == "你");
    }
    if (!test::has_edition_of_2022()) CHECK(encoded(converter, "a\uE78D") == "no");
    CHECK(encoded(converter, "你") == "\xC4\xE3");
}

TEST_CASE("gb18030: a scan ends where a character is cut or wrong") {
    CHECK(gb18030::form_length("") > 0);
    CHECK(gb18030::form_length("\x81\x30\x81") == 4);
    CHECK(gb18030::form_length("\x81\x30z") == 0);
    CHECK(gb18030::form_length("\x81\x30\x81z") == 0);
    CHECK(gb18030::scan("\xC4\xE3\xBA").valid == 2);
    CHECK(gb18030::scan("\xC4\xE3\xBA").truncated);
    CHECK(gb18030::scan("\xC4\xE3\x81\x30\x81").valid == 2);
    CHECK(gb18030::scan("\xC4\xE3\x81\x30\x81").truncated);
    CHECK(gb18030::scan("a\x80\xFF").valid == 2);
    CHECK_FALSE(gb18030::scan("a\x80\xFF").truncated);
}

TEST_CASE("gb18030: codes of four bytes that the C library refuses") {
    gb18030::Converter converter;
    CHECK(gb18030::has_contested("\x82\x35\x90\x37"));
    CHECK(gb18030::has_contested("\x84\x31\x83\x35"));
    CHECK_FALSE(gb18030::has_contested("\x84\x31\x83\x36"));
    if (test::has_edition_of_2022()) return;  // it has private codes there
    CHECK(decoded(converter, "\x82\x35\x90\x37") == "\u9FB4");
    CHECK(decoded(converter, "\x82\x35\x90\x39") == "\u9FB6");
    CHECK(decoded(converter, "\x82\x35\x91\x30") == "\u9FB7");
    CHECK(decoded(converter, "\x82\x35\x91\x34") == "\u9FBB");
    CHECK(decoded(converter, "\x84\x31\x82\x36") == "\uFE10");
    CHECK(decoded(converter, "\x84\x31\x82\x39") == "\uFE13");
    CHECK(decoded(converter, "\x84\x31\x83\x30") == "\uFE14");
    CHECK(decoded(converter, "\x84\x31\x83\x35") == "\uFE19");
    CHECK(decoded(converter, "a\xC4\xE3\x84\x31\x82\x36\xC4\xE3") == "a你\uFE10你");
    CHECK(leniently(converter, "\xFF\x84\x31\x83\x35z") == "\uFFFD\uFE19z");
    std::size_t codes = 0;
    for (unsigned linear = 0; linear < 39420; ++linear) codes += late(linear) ? 1U : 0U;
    CHECK(codes == 18);
}

TEST_CASE("gb18030: codes that are contested") {
    for (const char* code :
         {"\xA6\xD9", "\xA6\xDF", "\xA6\xEC",        "\xA6\xED", "\xA6\xF3", "\xA8\xBC",
          "\xFE\x51", "\xFE\x52", "\xFE\x53",        "\xFE\x59", "\xFE\x61", "\xFE\x66",
          "\xFE\x67", "\xFE\x6C", "\xFE\x6D",        "\xFE\x76", "\xFE\x7E", "\xFE\x90",
          "\xFE\x91", "\xFE\xA0", "\x81\x35\xF4\x37"}) {
        CAPTURE(code);
        CHECK(gb18030::has_contested(code));
        CHECK(gb18030::has_contested(std::string{"a\xC4\xE3"} + code + "\x80"));
    }
    for (const char* code : {"", "abc", "\x80", "\xC4\xE3", "\xA6\xD8", "\xA6\xE0", "\xFE\x54",
                             "\xFE\x50", "\x81\x35\xF4\x36", "\xC4\xA6\xD9\xC4"}) {
        CHECK_FALSE(gb18030::has_contested(code));
    }
}

TEST_CASE("gb18030: a border comes before the beginning of a character") {
    CHECK(gb18030::border("") == 0);
    CHECK(gb18030::border("\xC4\xE3") == 2);
    CHECK(gb18030::border("\xC4\xE3\xBA") == 2);
    CHECK(gb18030::border("a\x81\x30\x81") == 1);
    CHECK(gb18030::border("\xFF\xC4\xE3\xBA") == 3);
    CHECK(gb18030::border("\xC4\xE3\xFF") == 3);
}

TEST_CASE("gb18030: leniently") {
    gb18030::Converter converter;
    CHECK(leniently(converter, "") == "");
    CHECK(leniently(converter, "a\xFFz") == "a\uFFFDz");
    CHECK(leniently(converter, "\xFF\xC4\xE3\x80\xBA") == "\uFFFD你€\uFFFD");
    CHECK(leniently(converter, "\xC4\x7F\xC4\xE3") == "\uFFFD\x7F你");
    CHECK(leniently(converter, "\xC4\xE3\xFE\x39\xFE\x39\xC4\xE3") == "你\uFFFD9\uFFFD9你");
    for (std::size_t before = 0; before < 200; ++before) {
        const std::string ascii(before, 'a');
        CHECK(leniently(converter, ascii + "\xC4\xE3\xFF\x94\x39\xFC\x36") ==
              ascii + "你\uFFFD\U0001F600");
    }
    CHECK(leniently(converter, "\xFF\xFF\xFF") == "\uFFFD\uFFFD\uFFFD");
}

TEST_CASE("gb18030: any bytes") {
    gb18030::Converter converter;
    CHECK(rc::check("what decodes is well-formed, and reads leniently the same", [&converter] {
        const std::string bytes = *naive::bytes();
        const std::string text = leniently(converter, bytes);
        RC_ASSERT(utf8::scan(text).valid == text.size());
        std::string strict;
        if (converter.decode(bytes, strict)) {
            RC_ASSERT(strict == text);
            RC_ASSERT(gb18030::scan(bytes).valid == bytes.size());
        } else {
            RC_ASSERT(strict.empty());
            RC_ASSERT(text.find(utf8::REPLACEMENT) != text.npos);
        }
        std::string again;
        const std::size_t invalid = converter.decode_leniently(bytes, again);
        RC_ASSERT((invalid == 0) == converter.decode(bytes, strict));
        RC_ASSERT(gb18030::count_malformed(bytes) <= invalid);
    }));
    CHECK(rc::check("what can be encoded decodes to itself", [&converter] {
        const std::string text = *naive::text();
        std::string bytes;
        if (converter.encode(text, bytes)) RC_ASSERT(decoded(converter, bytes) == text);
    }));
}
