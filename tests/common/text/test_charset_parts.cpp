// Messages that are too long to be kept whole, part by part.
#include "tests/common/text/decoding.hpp"
#include "tests/common/text/naive.hpp"

#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;
using namespace hark::test;

namespace {

constexpr std::string_view SENTENCE =
    "2024-05-01 12:00:00 系统启动完成，状态：正常。温度 36.5℃，压力 101kPa；停止按钮未按下。";

std::string encoded(std::string_view text, std::string_view charset) {
    CharsetDecoder decoder;
    std::string bytes;
    REQUIRE(decoder.encode(text, decoder.open(charset).value(), bytes));
    return bytes;
}

std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

// Decodes a long message in windows, as a connection would, and joins the parts.
Outcome joined(std::string_view message, std::size_t window, Proof proof,
               std::string_view charset = "auto") {
    CharsetDecoder decoder;
    const CharsetMode mode = decoder.open(charset).value();
    Outcome all = as_utf8("", proof);
    Place place = Place::beginning;
    while (!message.empty()) {
        const std::string_view first = message.substr(0, window);
        const std::size_t length =
            first.size() < message.size() ? decoder.cut(first, mode, proof) : first.size();
        const Decoded part =
            decoder.decode(message.substr(0, length), place, mode, Evidence::cut, proof);
        place = Place::middle;
        all.text += part.text;
        if (part.charset != charset::UTF8) all.charset = part.charset;
        all.exact = all.exact && part.exact;
        all.intact = all.intact && part.intact;
        message.remove_prefix(length);
    }
    all.proof = proof;
    return all;
}

}  // namespace

TEST_CASE("charset: a window is cut where a character ends") {
    CharsetDecoder decoder;
    const auto cut = [&decoder](std::string_view window, Proof proof = Proof::none,
                                std::string_view charset = "auto") {
        return decoder.cut(window, decoder.open(charset).value(), proof);
    };
    CHECK(cut("abc") == 3);
    CHECK(cut("你\xE5\xA5") == 3);
    CHECK(cut("\xC4\xE3\xBA") == 2);
    CHECK(cut("\xC4\xE3\x80") == 3);
    CHECK(cut("\xE4\xBD") == 2);  // never 0
    CHECK(cut("\xE4") == 1);
    CHECK(cut("\xFF") == 1);

    // What is in neither charset is cut according to the better reading.
    CHECK(cut("你\xFF\xE5") == 4);
    CHECK(cut("\xC4\xE3\xFF\xC4\xE3\xBA\xC3\xC4") == 7);
    CHECK(cut("\xFF\xFF") == 2);

    // é°, cut; or, from the second byte on, three characters of GBK, cut.
    CHECK(cut("\xC3\xA9\xC2\xB0\xC3") == 4);
    CHECK(cut("\xC3\xA9\xC2\xB0\xC3", Proof::gb18030) == 4);
    CHECK(cut("\x80\xC3\xA9\xC2", Proof::gb18030) == 3);
    CHECK(cut("\xC3\xA9\xE4\xBD") == 2);
    CHECK(cut("\xC3\xA9\xE4\xBD", Proof::utf8) == 2);
    CHECK(cut("\xC3\xA9\xE4\xBD", Proof::gb18030) == 4);
    CHECK(cut("你\xE4\xBD", Proof::gb18030) == 3);
    CHECK(cut("abc\xE4\xBD", Proof::gb18030) == 3);  // a border in both
    // 状态 and a third character, or UTF-8 with a cut one: what it looks like decides.
    CHECK(cut(std::string{STATE} + "\xE4\xBD") == 6);
    CHECK(cut(std::string{STATE} + "\xE4\xBD", Proof::utf8) == 4);

    CHECK(cut("\xC4\xE3\xBA", Proof::none, "utf-8") == 1);
    CHECK(cut("\xC3\xA9\xE4\xBD", Proof::gb18030, "utf-8") == 2);
    CHECK(cut("\xC3\xA9\xE4\xBD", Proof::none, "gb18030") == 4);
    CHECK(cut("\xC3\xA9\xE4", Proof::none, "gb18030") == 2);
    CHECK(cut("\xB3\x5C\xB3", Proof::none, "big5") == 2);
    CHECK(cut("\xB3", Proof::none, "big5") == 1);
    CHECK(cut("\x3D\xD8", Proof::none, "utf-16le") == 2);
    CHECK(cut({"h\0\x3D\xD8\x00", 5}, Proof::none, "utf-16le") == 2);
}

TEST_CASE("charset: parts of a long message join to the whole") {
    const std::string text = repeated(SENTENCE, 40);
    const std::string gb = encoded(text, "gb18030");
    for (std::size_t window = 64; window <= 1024; window += 15) {
        REQUIRE(joined(text, window, Proof::none) == as_utf8(text, Proof::none));
        REQUIRE(joined(text, window, Proof::gb18030) == as_utf8(text, Proof::gb18030));
        REQUIRE(joined(gb, window, Proof::none) == as_gbk(text, Proof::none));
        REQUIRE(joined(gb, window, Proof::utf8) == as_gbk(text, Proof::utf8));
        REQUIRE(joined(gb, window, Proof::gb18030) == as_gbk(text, Proof::gb18030));
    }
    const std::string both = repeated(STATE, 200);
    for (std::size_t window = 4; window <= 64; ++window) {
        REQUIRE(joined(both, window, Proof::gb18030).text == repeated("状态", 200));
        REQUIRE(joined(both, window, Proof::none).text == repeated("状态", 200));
        REQUIRE(joined(both, window, Proof::utf8).text == both);
        REQUIRE(joined(gb, window, Proof::none, "gb18030").text == text);
    }
}

TEST_CASE("charset: parts in the charset that was told") {
    for (const auto& [charset, sentence] :
         {std::pair{"big5", "2024-05-01 許功蓋：溫度 36.5，系統重新啟動。"},
          std::pair{"shift_jis", "2024-05-01 表示ソフト、温度 36.5、ﾎﾟﾝﾌﾟ停止。"},
          std::pair{"euc-kr", "2024-05-01 온도 36.5, 시스템 시작."},
          std::pair{"windows-1251", "2024-05-01 ясно, пять месяцев."}}) {
        const std::string text = repeated(sentence, 20);
        const std::string bytes = encoded(text, charset);
        for (std::size_t window = 4; window <= 128; window += 3) {
            const Outcome whole = joined(bytes, window, Proof::none, charset);
            REQUIRE(whole == Outcome{text, charset, true, true, Proof::none});
        }
    }
    const std::string text = repeated("ab 你好 😀", 20);
    for (std::size_t window = 4; window <= 128; window += 3) {
        REQUIRE(joined(to_utf16(text), window, Proof::none, "utf-16le") ==
                Outcome{text, "utf-16le", true, true, Proof::none});
    }
}

TEST_CASE("charset: parts of any text") {
    CHECK(rc::check("parts of UTF-8 join to the whole", [] {
        const std::string text = *naive::text();
        const auto window = *rc::gen::inRange<std::size_t>(4, 40);
        const Outcome whole = joined(text, window, Proof::none, "utf-8");
        RC_ASSERT(whole.text == (text.starts_with(utf8::BOM) ? text.substr(3) : text));
        RC_ASSERT(whole.charset == charset::UTF8);
        RC_ASSERT(joined(to_utf16(text), window, Proof::none, "utf-16le").text == text);
    }));
}
