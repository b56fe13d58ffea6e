// A listener without a configured charset: whether a message is in UTF-8 or GB18030.
#include "tests/common/text/decoding.hpp"
#include "tests/common/text/edition.hpp"

#include <array>
#include <string>
#include <utility>

#include <doctest/doctest.h>

using namespace hark;
using namespace hark::test;

TEST_CASE("charset: ASCII proves nothing") {
    for (const Proof proof : PROOFS) {
        CHECK(decode("", proof) == as_utf8("", proof));
        CHECK(decode("hello", proof) == as_utf8("hello", proof));
    }
}

TEST_CASE("charset: UTF-8 with a wide character proves it") {
    for (const Proof proof : PROOFS) {
        CHECK(decode("你好", proof) == as_utf8("你好", Proof::utf8));
        CHECK(decode("\U0001F600", proof) == as_utf8("\U0001F600", Proof::utf8));
        CHECK(decode("你好", proof, Evidence::tail) == as_utf8("你好", Proof::utf8));
        CHECK(decode("你好", proof, Evidence::cut) == as_utf8("你好", proof));
    }
}

TEST_CASE("charset: UTF-8 is not copied") {
    CharsetDecoder decoder;
    Proof proof = Proof::none;
    const std::string_view message = "é你好";
    CHECK(
        decoder.decode(message, Place::beginning, AUTOMATIC, Evidence::whole, proof).text.data() ==
        message.data());
}

TEST_CASE("charset: no character is in planes 4 to 13") {
    // "穹顶" in GBK, and U+77DA5.
    constexpr std::string_view DOME = "\xF1\xB7\xB6\xA5";
    CHECK(decode(DOME, Proof::gb18030) == as_gbk("穹顶", Proof::gb18030));
    CHECK(decode(DOME) == as_gbk("穹顶", Proof::gb18030));
    CHECK(decode("\xF3\xA0\x84\x80\xE2\x9D\xA4") == as_utf8("\U000E0100❤", Proof::utf8));
    CHECK(decode("\xF1\xB7\xB6\xA5\xFF").text == "穹顶\uFFFD");
}

TEST_CASE("charset: a byte order mark is no text") {
    const Outcome marked = as_utf8("hi", Proof::utf8);
    CHECK(decode("\xEF\xBB\xBFhi") == marked);
    CHECK(decode("\xEF\xBB\xBFhi", Proof::gb18030) == marked);
    CHECK(decode("\xEF\xBB\xBF").text == "");
    CHECK(decode("\xEF\xBB\xBFhi", Proof::none, Evidence::whole, CharsetMode::utf8).text == "hi");
    CHECK(decode("\xEF\xBB\xBFhi\xFF") == as_bytes("\uFEFFhi\uFFFD", Proof::none));
}

TEST_CASE("charset: a byte order mark is one only where a message begins") {
    CharsetDecoder decoder;
    Proof proof = Proof::none;
    const std::string_view marked =
        "\xEF\xBB\xBF"
        "text";
    const Decoded begun =
        decoder.decode(marked, Place::beginning, AUTOMATIC, Evidence::whole, proof);
    CHECK(begun.text == "text");
    CHECK(begun.bytes == "text");
    CHECK(begun.exact);
    const Decoded within = decoder.decode(marked, Place::middle, AUTOMATIC, Evidence::whole, proof);
    CHECK(within.text == marked);
    CHECK(within.exact);
}

TEST_CASE("charset: GB18030 that is not UTF-8 proves it") {
    for (const Proof proof : PROOFS) {
        CHECK(decode(HELLO, proof) == as_gbk("你好", Proof::gb18030));
        CHECK(decode(HELLO, proof, Evidence::tail) == as_gbk("你好", Proof::gb18030));
        CHECK(decode(HELLO, proof, Evidence::cut) == as_gbk("你好", proof));
    }
}

TEST_CASE("charset: weak GB18030 proves nothing, and its bytes are kept") {
    // "Ñandú" and "Ñandu" in Windows-1252, "дома" in Windows-1251.
    for (const Proof proof : {Proof::none, Proof::utf8}) {
        CHECK(decode("\xD1\x61nd\xFA\x20", proof) == as_bytes("補nd\uFFFD ", proof));
        CHECK(decode("\xD1\x61ndu", proof) == as_weak_gbk("補ndu", proof));
        CHECK(decode("\xE4\xEE\xEC\xE0", proof) == as_weak_gbk("漕爨", proof));
        CHECK(decode("5 \x80", proof) == as_weak_gbk("5 €", proof));
    }
    CHECK(decode("\xE4\xEE\xEC\xE0", Proof::gb18030) == as_gbk("漕爨", Proof::gb18030));
}

TEST_CASE("charset: a tail that reads as UTF-8 cut inside a character proves nothing") {
    // "一妞" in GBK, or "һ" and the first two bytes of another character.
    constexpr std::string_view GIRL = "\xD2\xBB\xE6\xA4";
    for (const Proof proof : {Proof::none, Proof::utf8}) {
        CHECK(decode(GIRL, proof, Evidence::tail) == as_gbk("一妞", proof));
        CHECK(decode(GIRL, proof, Evidence::cut) == as_gbk("一妞", proof));
        CHECK(decode(GIRL, proof, Evidence::whole) == as_gbk("一妞", Proof::gb18030));
    }
    // "浣" in GBK, or the beginning of "你".
    CHECK(decode("\xE4\xBD", Proof::utf8, Evidence::tail) == as_weak_gbk("浣", Proof::utf8));
    CHECK(decode("\xE4\xBDz\xC4\xE3", Proof::utf8, Evidence::tail).proof == Proof::gb18030);
}

TEST_CASE("charset: UTF-8 whose last character was cut off") {
    for (const Proof proof : PROOFS) {
        for (const Evidence evidence : {Evidence::whole, Evidence::tail, Evidence::cut}) {
            CHECK(decode("温度\xE6\x8A", proof, evidence) ==
                  as_cut_utf8("温度\uFFFD\uFFFD", proof));
            CHECK(decode("温度\xE6", proof, evidence) == as_cut_utf8("温度\uFFFD", proof));
        }
        CHECK(decode("a温 é度\xC3", proof) == as_cut_utf8("a温 é度\uFFFD", proof));
        CHECK(decode("😀好\xF0\x9F\x98", proof) == as_cut_utf8("😀好\uFFFD\uFFFD\uFFFD", proof));
    }
    // One whole character is enough where UTF-8 has been proved; it could be GBK's "娓╁".
    CHECK(decode("温\xE5", Proof::utf8) == as_cut_utf8("温\uFFFD", Proof::utf8));
    CHECK(decode("温\xE5").charset == "gb18030");
    CHECK(decode("\xEF\xBB\xBF温\xE5") == as_cut_utf8("温\uFFFD", Proof::none));
    // A character that something follows was not cut off.
    CHECK(decode("温度\xE6z") == as_weak_gbk("娓╁害鎧", Proof::none));
    CHECK(decode("温度\xE6!") == as_bytes("温度\uFFFD!", Proof::none));
    CHECK(decode("温度\xE6\x8A", Proof::none, Evidence::whole, CharsetMode::utf8) ==
          as_bytes("温度\uFFFD\uFFFD", Proof::none));
}

TEST_CASE("charset: what was proved last decides what can be both") {
    for (const auto& [message, text] :
         {std::pair{SYSTEM, "系统"}, std::pair{STOP, "停止"}, std::pair{STATE, "状态"}}) {
        CHECK(decode(message, Proof::none) == as_gbk(text, Proof::none));
        CHECK(decode(message, Proof::utf8) == as_utf8(message, Proof::utf8));
        CHECK(decode(message, Proof::gb18030) == as_gbk(text, Proof::gb18030));
    }
    CHECK(decode("é 20°C", Proof::none) == as_utf8("é 20°C", Proof::none));
    CHECK(decode("é 20°C", Proof::utf8) == as_utf8("é 20°C", Proof::utf8));
    CHECK(decode("é 20°C", Proof::gb18030) == as_gbk("茅 20掳C", Proof::gb18030));
    CHECK(decode(REED, Proof::none) == as_utf8(REED, Proof::none));
    CHECK(decode(REED, Proof::gb18030) == as_gbk("芦苇", Proof::gb18030));
}

TEST_CASE("charset: a conversation changes its mind") {
    CharsetDecoder decoder;
    Proof proof = Proof::none;
    const auto charset_of = [&](std::string_view message) {
        return decoder.decode(message, Place::beginning, AUTOMATIC, Evidence::whole, proof).charset;
    };
    CHECK(charset_of(REED) == "utf-8");
    CHECK(charset_of(HELLO) == "gb18030");
    CHECK(charset_of(REED) == "gb18030");
    CHECK(charset_of("hello") == "utf-8");
    CHECK(charset_of(STOP) == "gb18030");
    CHECK(charset_of("你好") == "utf-8");
    CHECK(charset_of(STATE) == "utf-8");
}

TEST_CASE("charset: what is exact") {
    CHECK(decode("\x80\xC4\xE3") == Outcome{"€你", "gb18030", false, true, Proof::gb18030});
    CHECK(decode("\xA2\xE3\xC4\xE3") == as_gbk("€你", Proof::gb18030));
    // A four-byte code that an older C library writes in two bytes.
    CHECK(decode("\x95\x32\x90\x31\xC4\xE3").exact == test::has_edition_of_2022());
    CHECK(decode("\x94\x39\xFC\x36\xC4\xE3").exact);
    // Codes that others read or write differently, whatever was proved.
    for (const char* code : {"\xA6\xD9", "\xA8\xBC", "\xFE\x59", "\xFE\xA0", "\x81\x35\xF4\x37",
                             "\x82\x35\x90\x37", "\x84\x31\x83\x35"}) {
        CAPTURE(code);
        const Outcome outcome = decode(std::string{HELLO} + code, Proof::gb18030);
        CHECK(outcome.charset == "gb18030");
        CHECK_FALSE(outcome.exact);
        CHECK(outcome.intact);
    }
}

TEST_CASE("charset: of two readings the one with fewer bytes left over") {
    CHECK(decode("a\xFF") == as_bytes("a\uFFFD", Proof::none));
    CHECK(decode("你\xFF") == as_bytes("你\uFFFD", Proof::none));
    CHECK(decode("你\xFF", Proof::utf8) == as_bytes("你\uFFFD", Proof::utf8));
    CHECK(decode("你\xFF", Proof::gb18030) == as_bytes("你\uFFFD", Proof::gb18030));
    for (const Proof proof : PROOFS) {
        CHECK(decode("\xC4\xE3\xBA\xC3\xFF", proof) == as_bytes("你好\uFFFD", proof));
    }
    // A tie: "Ĥ" or "膜", and one more byte.
    CHECK(decode("\xC4\xA4\xFF") == as_bytes("Ĥ\uFFFD", Proof::none));
    CHECK(decode("\xC4\xA4\xFF", Proof::utf8) == as_bytes("Ĥ\uFFFD", Proof::utf8));
    CHECK(decode("\xC4\xA4\xFF", Proof::gb18030) == as_bytes("膜\uFFFD", Proof::gb18030));
    // Well formed, but not a code of GB18030.
    CHECK(decode("\xFE\x39\xFE\x39") == as_bytes("\uFFFD9\uFFFD9", Proof::none));
}
