#include "common/text/ambiguous.hpp"
#include "common/text/gb18030.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace hark;

namespace {

// Chinese, encoded in GBK; all of it must be valid UTF-8 as well.
bool is_gbk(std::string_view chinese) {
    gb18030::Converter converter;
    std::string bytes;
    REQUIRE(converter.encode(chinese, bytes));
    return looks_like_gb18030(bytes);
}

bool is_utf8(std::string_view text) {
    return !looks_like_gb18030(text);
}

}  // namespace

TEST_CASE("ambiguous: what devices say is Chinese") {
    for (const char* words : {"系统", "停止", "状态", "停", "状态 系统", "系统: OK", "液位 3"}) {
        CAPTURE(words);
        CHECK(is_gbk(words));
    }
}

TEST_CASE("ambiguous: letters of living languages are UTF-8") {
    for (const char* words :
         {"é",     "°",  "25°C",  "25 °C", "µm",      "½",           "×",      "±5 %",
          "§ 3",   "ä",  "Öl",    "Grüße", "señor",   "naïve",       "¿Qué?",  "¡Sí!",
          "«да»",  "да", "Да",    "ОК",    "Киев",    "її",          "Ελλάδα", "Ω",
          "10 kΩ", "π",  "α",     "שלום",  "سلام",    "مرحبا",       "Երևան",  "łódź",
          "żółć",  "Ő",  "çok",   "Şişli", "đường",   "Oʻzbekiston", "қазақ",  "Өзбек",
          "Үлкен", "ñ",  "créée", "Åål",   "ff é ff", "5 мм",        "10 мкФ", "нФ"}) {
        CAPTURE(words);
        CHECK(is_utf8(words));
    }
}

TEST_CASE("ambiguous: a trail byte that GB2312 has not") {
    CHECK(is_utf8("\xC3\x89"));          // É
    CHECK(is_utf8("\xCF\xB5\xC3\x80"));  // one is enough
    CHECK(is_utf8("\xD1\x80\xD1\x83\xD0\xB1"));
    CHECK(is_utf8("\xC2\xA0\xCF\xB5"));
    CHECK_FALSE(is_utf8("\xCF\xB5\xC3\xA1"));
}

TEST_CASE("ambiguous: a pair that is no letter in use") {
    for (const char* pair :
         {"\xC6\xA2", "\xC7\xA1", "\xC8\xA1", "\xC9\xA1", "\xCA\xA1", "\xCB\xA1", "\xCC\xA1",
          "\xCD\xA1", "\xCE\xA2", "\xCE\xAA", "\xCF\xA1", "\xD1\xA1", "\xD2\xA1", "\xD2\xBC",
          "\xD3\xA1", "\xD4\xA1", "\xD6\xA1", "\xD7\xAB", "\xD8\xBB", "\xDC\xA1", "\xDF\xBF"}) {
        CAPTURE(pair);
        CHECK_FALSE(is_utf8(pair));
        CHECK_FALSE(is_utf8(std::string{"caf\xC3\xA9 "} + pair));
    }
}

TEST_CASE("ambiguous: neighbours of two kinds") {
    CHECK_FALSE(is_utf8("\xCE\xB1\xD0\xB1"));    // αб
    CHECK_FALSE(is_utf8("\xD7\xA1\xD8\xA1"));    // סء
    CHECK_FALSE(is_utf8("x\xC3\xA9\xCE\xB1"));   // éα
    CHECK(is_utf8("x\xC3\xA9\xC2\xB0"));         // é°
    CHECK(is_utf8("\xCE\xB1 \xD0\xB1"));         // α б: not next to each other
    CHECK(is_utf8("\xC2\xAB\xD0\xB0\xC2\xBB"));  // «а»
    CHECK(is_utf8("\xC2\xBF\xCE\xB1"));          // ¿α
    CHECK_FALSE(is_utf8("\xC2\xB0\xCE\xB1"));    // °α
    CHECK_FALSE(is_utf8("\xD0\xB0\xC2\xA7"));    // а§
}

TEST_CASE("ambiguous: apostrophes among letters of ASCII") {
    CHECK(is_utf8("Hawai\xCA\xBBi"));
    CHECK(is_utf8("o\xCA\xBC"));
    CHECK_FALSE(is_utf8("\xCA\xBB"));
    CHECK_FALSE(is_utf8("5\xCA\xBB"));
    CHECK_FALSE(is_utf8("Hawai \xCA\xBB 5"));
}

TEST_CASE("ambiguous: Cyrillic without its common letters, Armenian alone") {
    CHECK_FALSE(is_utf8("\xD2\xAE"));          // Ү
    CHECK_FALSE(is_utf8("\xD3\xA9\xD2\xAF"));  // өү
    CHECK(is_utf8("\xD2\xAF\xD0\xB3"));        // үг
    CHECK_FALSE(is_utf8("\xD5\xA5"));
    CHECK_FALSE(is_utf8("a \xD5\xA5 b"));
    CHECK(is_utf8("\xD5\xA5\xD5\xBD"));
}

TEST_CASE("ambiguous: Latin letters without any of ASCII's") {
    CHECK_FALSE(is_utf8("\xC3\xA9\xC3\xA8"));  // éè
    CHECK_FALSE(is_utf8("12 \xC3\xA9\xC3\xA8"));
    CHECK(is_utf8("\xC3\xA9"));
    CHECK(is_utf8("12\xC3\xA9\xC3\xA8"));
    CHECK(is_utf8("\xC3\xA9\xC3\xA8, x"));
    CHECK(is_utf8("ann\xC3\xA9\xC3\xA8"));
}

TEST_CASE("ambiguous: letters in an order that no word has") {
    CHECK_FALSE(is_utf8("\xD0\xB0\xD0\xA1"));  // аС
    CHECK(is_utf8("\xD0\xA1\xD0\xB0"));        // Са
    CHECK(is_utf8("\xD0\xA1\xD0\xA2"));        // СТ
    CHECK_FALSE(is_utf8("\xCE\xB1\xCE\xA3"));  // αΣ
    CHECK(is_utf8("\xCE\xA3\xCE\xB1"));
    CHECK_FALSE(is_utf8("\xD2\xAF\xD0\xA1\xD0\xB0"));  // үСа
    CHECK_FALSE(is_utf8("\xD7\xA3\xD7\xA1"));          // ף before another
    CHECK_FALSE(is_utf8("\xD7\xA5\xD7\xA1"));
    CHECK(is_utf8("\xD7\xA1\xD7\xA3"));
}

TEST_CASE("ambiguous: one letter twice") {
    CHECK(is_gbk("谢谢"));
    CHECK_FALSE(is_utf8("\xD0\xBB\xD0\xBB"));
    CHECK_FALSE(is_utf8("\xD9\xA5\xD9\xA5 ok"));
    CHECK(is_utf8("\xD0\xBB\xD0\xBB\xD0\xBB"));
    CHECK(
        is_utf8("cr\xC3\xA9\xC3\xA9"
                "e"));  // next to ASCII it is part of a word
}
