#include "common/text/gb18030.hpp"
#include "common/text/utf8.hpp"
#include "tests/common/text/naive.hpp"

#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

// "-" in front: a failed call leaves it as it was.
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
    CHECK(decoded(converter, "\x81\x80\x80") == "亐€");  // 0x80 as a trail byte, too
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
        // The planes over the first stand in order, from 90308130.
        const bool is_high = linear >= 189000 && linear < 189000 + 0x100000;
        if (is_high && text != naive::utf8(linear - 189000 + 0x10000)) ++wrong;
        const bool is_reserved = (linear >= 39420 && linear < 189000 && text != "no") ||
                                 (linear >= 189000 + 0x100000 && text != "no");
        if (is_reserved) ++wrong;
        if (linear < 39420 && text != "no") {
            ++known;
            if (encoded(converter, text) != bytes) ++wrong;
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
    CHECK(encoded(converter, "a\uE78D") == "no");  // glibc has no code for it
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
    }));
    CHECK(rc::check("what can be encoded decodes to itself", [&converter] {
        const std::string text = *naive::text();
        std::string bytes;
        if (converter.encode(text, bytes)) RC_ASSERT(decoded(converter, bytes) == text);
    }));
}
