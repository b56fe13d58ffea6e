#include "common/locale/locale_charset.hpp"

#include <doctest/doctest.h>

using namespace hark;

TEST_CASE("in UTF-8 nothing is converted, valid or not") {
    const LocaleCharset charset{"UTF-8"};
    CHECK(charset.is_utf8());
    CHECK(charset.encode("你好 🎉") == "你好 🎉");
    CHECK(charset.decode("a\xff") == "a\xff");
}

TEST_CASE("a locale that says nothing of its charset is taken for UTF-8") {
    for (const char* name : {"ANSI_X3.4-1968", "", "no-such-charset"}) {
        CAPTURE(name);
        const LocaleCharset charset{name};
        CHECK(charset.is_utf8());
        CHECK(charset.encode("你好") == "你好");
        CHECK(charset.decode("你好") == "你好");
    }
    CHECK(LocaleCharset{}.is_utf8());  // the tests run in the C locale
}

TEST_CASE("GBK there and back") {
    const LocaleCharset charset{"GBK"};
    CHECK_FALSE(charset.is_utf8());
    CHECK(charset.encode("a你好b") ==
          "a\xC4\xE3\xBA\xC3"
          "b");
    CHECK(charset.decode("a\xC4\xE3\xBA\xC3"
                         "b") == "a你好b");
    CHECK(charset.decode("") == "");
}

TEST_CASE("what the charset has not is written by number") {
    const LocaleCharset charset{"GBK"};
    CHECK(charset.encode("好🎉é\u0e01好") == "\xBA\xC3\\U0001f389\xA8\xA6\\u0e01\xBA\xC3");
}

TEST_CASE("bytes that are no UTF-8 pass as they are") {
    const LocaleCharset charset{"GBK"};
    CHECK(charset.encode("好\xBA\xC3/\xFF好\xE5\xA5") == "\xBA\xC3\xBA\xC3/\xFF\xBA\xC3\xE5\xA5");
}

TEST_CASE("what is no text in the charset is not decoded") {
    const LocaleCharset charset{"GBK"};
    CHECK_FALSE(charset.decode("a\xff").has_value());
    CHECK_FALSE(charset.decode("a\xC4").has_value());  // half a character
}

TEST_CASE("text longer than any buffer inside") {
    const LocaleCharset charset{"GBK"};
    std::string text;
    for (int i = 0; i < 5000; ++i) text += i % 7 == 0 ? "🎉" : "好";
    const std::string bytes = charset.encode(text);
    CHECK(bytes.size() == 715 * 10 + 4285 * 2);
    std::string plain;
    for (int i = 0; i < 5000; ++i) plain += "好";
    CHECK(charset.decode(charset.encode(plain)) == plain);
}
