// A listener with a configured charset.
#include "tests/common/text/decoding.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace hark;
using namespace hark::test;
using namespace std::string_literals;

namespace {

struct Told {
    CharsetDecoder decoder;
    CharsetMode mode;

    explicit Told(std::string_view charset) : mode{decoder.open(charset).value()} {}

    Outcome operator()(std::string_view message, Proof proof = Proof::none) {
        const Decoded decoded =
            decoder.decode(message, Place::beginning, mode, Evidence::whole, proof);
        return {std::string{decoded.text}, std::string{decoded.charset}, decoded.exact,
                decoded.intact, proof};
    }
};

Outcome in(std::string_view charset, std::string_view text, bool exact = true) {
    return {std::string{text}, std::string{charset}, exact, true, Proof::none};
}

}  // namespace

TEST_CASE("charset: names of modes") {
    CharsetDecoder decoder;
    for (const char* name :
         {"auto", "utf-8", "gb18030", "utf-16le", "utf-16be", "big5", "koi8-r"}) {
        const auto mode = decoder.open(name);
        REQUIRE(mode);
        CHECK(decoder.name(*mode) == name);
        CHECK(decoder.open(name) == mode);
        CHECK_FALSE(check_charset(name));
    }
    CHECK(decoder.open("utf8") == CharsetMode::utf8);
    CHECK(decoder.name(CharsetMode::utf8) == "utf-8");
    CHECK(decoder.open("koi8-r") != decoder.open("big5"));
    CHECK_FALSE(decoder.open("nosuch"));
    CHECK(check_charset("nosuch") == CharsetFault::unknown);
    CHECK(CharsetMode::utf16le.is_utf16());
    CHECK(CharsetMode::utf16be.is_utf16());
    CHECK_FALSE(CharsetMode::automatic.is_utf16());
    CHECK_FALSE(decoder.open("koi8-r")->is_utf16());
}

TEST_CASE("charset: a listener that was told UTF-8") {
    Told told{"utf-8"};
    CHECK(told("hello") == as_utf8("hello", Proof::none));
    CHECK(told("你好") == as_utf8("你好", Proof::none));
    CHECK(told(SYSTEM) == as_utf8(SYSTEM, Proof::none));
    CHECK(told("\xF1\xB7\xB6\xA5") == as_utf8("\U00077DA5", Proof::none));
    CHECK(told(HELLO) == as_bytes("\uFFFD\uFFFD\uFFFD\uFFFD", Proof::none));
}

TEST_CASE("charset: a listener that was told GB18030") {
    Told told{"gb18030"};
    CHECK(told("hello") == as_utf8("hello", Proof::none));
    CHECK(told(SYSTEM) == as_gbk("系统", Proof::none));
    CHECK(told("你好") == as_gbk("浣犲ソ", Proof::none));
    CHECK(told("\xC4\xE3\xFF") == as_bytes("你\uFFFD", Proof::none));
    CHECK_FALSE(told("\x80").exact);
}

TEST_CASE("charset: a listener that was told a charset of iconv's") {
    Told big5{"big5"};
    CHECK(big5("OK\\") == as_utf8("OK\\", Proof::none));
    CHECK(big5("\xB3\x5C\xA5\x5C\xBB\x5C") == in("big5", "許功蓋"));
    CHECK(big5("\xA1\x45") == in("big5", "‧", false));
    CHECK(big5("\xB3\x5C\xFF") == as_bytes("許\uFFFD", Proof::none));
    CHECK(big5("你好") == as_bytes("雿\uFFFD憟\uFFFD", Proof::none));
    Told sjis{"shift_jis"};
    CHECK(sjis("C:\\~") == as_utf8("C:\\~", Proof::none));
    CHECK(sjis("\x95\x5C\x8E\xA6") == in("shift_jis", "表示"));
    Told cp1251{"windows-1251"};
    CHECK(cp1251("\xFF\xF1\xED\xEE") == in("windows-1251", "ясно"));
    CHECK(cp1251("\x98") == as_bytes("\uFFFD", Proof::none));
    // Its text begins with what would be a byte order mark in UTF-8.
    CHECK(cp1251("\xEF\xBB\xBF") == in("windows-1251", "п»ї"));
    Told din{"iso646-de"};
    CHECK(din("K[se") == in("iso646-de", "KÄse"));
    CHECK(din("abc") == as_utf8("abc", Proof::none));
    Told ascii{"us-ascii"};
    CHECK(ascii("abc") == as_utf8("abc", Proof::none));
    CHECK(ascii("ab\xE9") == as_bytes("ab\uFFFD", Proof::none));
}

TEST_CASE("charset: a listener that was told UTF-16") {
    Told little{"utf-16le"};
    CHECK(little("h\0i\0"s) == in("utf-16le", "hi"));
    CHECK(little("\x60\x4F\x7D\x59"s) == in("utf-16le", "你好"));
    CHECK(little("") == in("utf-16le", ""));
    CHECK(little("h\0i"s) == Outcome{"h\uFFFD", "utf-16le", false, false, Proof::none});
    CHECK(little("\x3D\xD8h\0"s) == Outcome{"\uFFFDh", "utf-16le", false, false, Proof::none});
    Told big{"utf-16be"};
    CHECK(big("\x4F\x60\x59\x7D"s) == in("utf-16be", "你好"));
    CHECK(big("\xD8\x3D\xDE\x00"s) == in("utf-16be", "😀"));
}

TEST_CASE("charset: what is told is written in it") {
    CharsetDecoder decoder;
    const auto encoded = [&decoder](std::string_view text, std::string_view charset) {
        std::string bytes = "-";
        if (decoder.encode(text, decoder.open(charset).value(), bytes)) return bytes.substr(1);
        CHECK(bytes == "-");
        return "no"s;
    };
    CHECK(encoded("你好", "gb18030") == HELLO);
    CHECK(encoded("許", "big5") == "\xB3\x5C");
    CHECK(encoded("é", "big5") == "no");
    CHECK(encoded("я", "koi8-r") == "\xD1");
    for (const char* charset : {"auto", "utf-8", "utf-16le", "utf-16be"}) {
        CHECK(encoded("你好", charset) == "你好");
    }
}
