#include "common/text/fixed_charset.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace hark;

namespace {

FixedCharset opened(std::string_view name) {
    CharsetFault fault{};
    auto charset = FixedCharset::open(name, fault);
    REQUIRE(charset);
    return std::move(*charset);
}

std::optional<CharsetFault> fault_of(std::string_view name) {
    CharsetFault fault{};
    if (FixedCharset::open(name, fault)) return std::nullopt;
    return fault;
}

std::string leniently(FixedCharset& charset, std::string_view bytes) {
    std::string text;
    charset.decode_leniently(bytes, text);
    return text;
}

}  // namespace

TEST_CASE("fixed charset: those that are asked for most are all there") {
    for (const std::string& name : FixedCharset::common_names()) {
        CAPTURE(name);
        CHECK_FALSE(fault_of(name));
        CHECK(opened(name).name() == name);
    }
}

TEST_CASE("fixed charset: what is none that can be used") {
    using enum CharsetFault;
    for (const char* name : {"", "klingon", "big 5", "BIG5", "big5\n", "utf-8/", "big5\xFF"}) {
        CAPTURE(name);
        CHECK(fault_of(name) == unknown);
    }
    CHECK(fault_of(std::string(FixedCharset::MAX_NAME + 1, 'a')) == unknown);
    for (const char* name : {"//", "big5//translit", "big5//"}) CHECK(fault_of(name) == decorated);
    for (const char* name : {"iso-2022-jp", "iso-2022-kr", "iso-2022-cn-ext", "cp930"}) {
        CAPTURE(name);
        CHECK(fault_of(name) == stateful);
    }
    for (const char* name : {"utf-16", "ucs-2", "utf-32be", "cp037", "utf-7", "wchar_t"}) {
        CAPTURE(name);
        CHECK(fault_of(name) == terminators);
    }
    // Three bytes that do not show whether there is a terminator before the fourth is there.
    CHECK_FALSE(fault_of("euc-tw"));
}

TEST_CASE("fixed charset: there and back") {
    const auto check = [](std::string_view name, std::string_view bytes, std::string_view text) {
        CAPTURE(name);
        FixedCharset charset = opened(name);
        std::string decoded = "-";
        CHECK(charset.decode(bytes, decoded));
        CHECK(decoded == "-" + std::string{text});
        std::string encoded = "-";
        CHECK(charset.encode(text, encoded));
        CHECK(encoded == "-" + std::string{bytes});
    };
    check("big5", "\xB3\x5C\xA5\x5C\xBB\x5C", "許功蓋");
    check("shift_jis", "\x95\x5C\x8E\xA6\xCE\xDF", "表示ﾎﾟ");
    // As everyone but iconv reads it: iconv sees ¥ and ‾ in the ASCII.
    check("shift_jis", "\x95\x5C\\~\\", "表\\~\\");
    check("euc-kr", "\xB0\xA1", "가");
    check("windows-1251", "\xFF\xF1\xED\xEE", "ясно");
    check("koi8-r", "\xD1\xD3\xCE\xCF", "ясно");
    check("iso-8859-1", "caf\xE9", "café");
    // The last letter is held back until it is known that no accent follows.
    check("windows-1258", "a", "a");
    // Two codes that iconv joins to one character, which has a code of its own.
    std::string text;
    FixedCharset vietnamese = opened("windows-1258");
    CHECK(vietnamese.decode("a\xEC", text));
    CHECK(text == "á");
    CHECK_FALSE(vietnamese.is_exact("a\xEC", text));
}

TEST_CASE("fixed charset: what is no text leaves nothing behind") {
    FixedCharset charset = opened("big5");
    std::string text = "-";
    for (const char* bytes : {"\xFF", "\xB3", "a\xB3\x5C\xB3", "\xB3\x20"}) {
        CHECK_FALSE(charset.decode(bytes, text));
        CHECK(text == "-");
    }
    CHECK_FALSE(charset.encode("許é", text));
    CHECK(text == "-");
}

TEST_CASE("fixed charset: leniently") {
    FixedCharset big5 = opened("big5");
    CHECK(leniently(big5, "") == "");
    CHECK(leniently(big5, "a\xFF\xB3\x5C") == "a\uFFFD許");
    CHECK(leniently(big5, "\xB3\x5C\xB3") == "許\uFFFD");
    CHECK(leniently(big5, "\xB3\x20") == "\uFFFD ");
    FixedCharset sjis = opened("shift_jis");
    CHECK(leniently(sjis, "\\\xFF~") == "\\\uFFFD~");
    // Wherever a step ends.
    for (std::size_t before = 0; before < 200; ++before) {
        const std::string ascii(before, 'a');
        CHECK(leniently(big5, ascii + "\xB3\x5C\xFF\xA5\x5C") == ascii + "許\uFFFD功");
    }
    // A code that iconv refuses, but counts as converted.
    FixedCharset uhc = opened("cp949");
    CHECK(leniently(uhc, "\xA2\xE8") == "\uFFFD\uFFFD");
    CHECK(leniently(uhc, "a\xB0\xA1\xA2\xE8z\xB0\xA1") == "a가\uFFFD\uFFFDz가");
    FixedCharset ascii = opened("us-ascii");
    CHECK(leniently(ascii, "a\x80z") == "a\uFFFDz");
}

TEST_CASE("fixed charset: a border comes before the beginning of a character") {
    FixedCharset big5 = opened("big5");
    CHECK(big5.border("") == 0);
    CHECK(big5.border("ab") == 2);
    CHECK(big5.border("\xB3\x5C\xA5\x5C") == 4);
    CHECK(big5.border("\xB3\x5C\xA5") == 2);
    CHECK(big5.border("\xFF\xB3\x5C\xA5") == 3);
    for (std::size_t before = 0; before < 200; ++before) {
        CHECK(big5.border(std::string(before, 'a') + "\xB3\x5C\xA5") == before + 2);
    }
    FixedCharset four = opened("euc-tw");
    CHECK(four.border("a\x8E\xA2\xA1") == 1);
    FixedCharset single = opened("windows-1251");
    CHECK(single.border("\xFF\xF1") == 2);
}

TEST_CASE("fixed charset: ASCII") {
    for (const char* name : {"big5", "shift_jis", "windows-1251", "johab", "us-ascii"}) {
        CHECK(opened(name).keeps_ascii());
    }
    for (const char* name : {"iso646-de", "viscii"}) CHECK_FALSE(opened(name).keeps_ascii());
}

TEST_CASE("fixed charset: what other libraries would not encode so is not exact") {
    const auto is_exact = [](std::string_view name, std::string_view bytes) {
        FixedCharset charset = opened(name);
        std::string text;
        REQUIRE(charset.decode(bytes, text));
        return charset.is_exact(bytes, text);
    };
    CHECK(is_exact("big5", "\xB3\x5C"));
    CHECK_FALSE(is_exact("big5", "\xB3\x5C\xA1\x45"));  // ‧
    CHECK_FALSE(is_exact("big5", "\xF9\xD6"));          // 碁, of ETEN
    CHECK_FALSE(is_exact("big5", "\xC6\xA1"));          // a private character
    CHECK_FALSE(is_exact("cp932", "\xCE\xDF\xFA\xCE\xDF"));
    CHECK(is_exact("shift_jis", "\x95\x5C\x5C"));
    CHECK_FALSE(is_exact("euc-jp", "\x80"));
    CHECK_FALSE(is_exact("euc-jp", "\x8F\xA2\xB7"));  // the tilde
    CHECK_FALSE(is_exact("ujis", "\xB0\xA1\x8F\xA2\xB7"));
    CHECK(is_exact("euc-jp", "\x8F\xB0\xA1"));
    CHECK_FALSE(is_exact("euc-jisx0213", "\x8F\xFD\xBB"));
    CHECK_FALSE(is_exact("mac-cyrillic", "\xFF"));
    CHECK_FALSE(is_exact("johab", "\x88\x61\x5C"));
    CHECK_FALSE(is_exact("euc-kr", "\xA2\xE8"));
    CHECK(is_exact("iso-8859-1", "\x80"));
    CHECK_FALSE(is_exact("macintosh", "\xF0"));  // Apple's logo
    CHECK_FALSE(is_exact("gbk", "\x80\xC4\xE3"));
    CHECK(is_exact("gbk", "\xC4\xE3"));
}
