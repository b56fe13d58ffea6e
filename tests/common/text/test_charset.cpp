#include "common/text/charset.hpp"
#include "common/text/utf8.hpp"
#include "tests/common/text/naive.hpp"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

constexpr auto AUTOMATIC = CharsetMode::automatic;

struct Outcome {
    std::string text;
    std::string charset;
    bool exact;
    bool intact;
    Proof proof;  // after it

    bool operator==(const Outcome&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
    return out << '{' << outcome.text << ", " << outcome.charset << ", " << outcome.exact << ", "
               << outcome.intact << ", proof " << static_cast<int>(outcome.proof) << '}';
}

Outcome decode(std::string_view bytes, Proof proof = Proof::none,
               Evidence evidence = Evidence::whole, CharsetMode mode = AUTOMATIC) {
    CharsetDecoder decoder;
    const Decoded decoded = decoder.decode(bytes, Place::beginning, mode, evidence, proof);
    return {std::string(decoded.text), std::string(decoded.charset), decoded.exact, decoded.intact,
            proof};
}

Outcome as_utf8(std::string text, Proof proof) {
    return {std::move(text), std::string(charset::UTF8), true, true, proof};
}
Outcome as_gbk(std::string text, Proof proof) {
    return {std::move(text), std::string(charset::GB18030), true, true, proof};
}
Outcome as_bytes(std::string text, Proof proof) {
    return {std::move(text), std::string(charset::BYTES), false, false, proof};
}

std::string to_gb18030(std::string_view text) {
    gb18030::Converter converter;
    std::string bytes;
    REQUIRE(converter.encode(text, bytes));
    return bytes;
}

// "系统", "停止", "状态" in GBK: valid UTF-8, too, each.
constexpr std::string_view SYSTEM = "\xCF\xB5\xCD\xB3";
constexpr std::string_view STOP = "\xCD\xA3\xD6\xB9";
constexpr std::string_view STATE = "\xD7\xB4\xCC\xAC";
constexpr std::string_view HELLO = "\xC4\xE3\xBA\xC3";  // "你好", which is not

constexpr std::string_view SENTENCE =
    "2024-05-01 12:00:00 系统启动完成，状态：正常。温度 36.5℃，压力 101kPa；停止按钮未按下。";

std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

// A long message kept in windows, as a connection would; joined again.
Outcome joined(std::string_view message, std::size_t window, Proof proof,
               CharsetMode mode = AUTOMATIC) {
    CharsetDecoder decoder;
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
        all.intact = all.intact && part.intact;
        all.exact = all.exact && part.exact;
        message.remove_prefix(length);
    }
    all.proof = proof;
    return all;
}

}  // namespace

TEST_CASE("charset: names") {
    CharsetDecoder decoder;
    for (const char* name : {"auto", "utf-8", "gb18030", "utf-16le", "utf-16be", "big5"}) {
        const auto mode = decoder.open(name);
        REQUIRE(mode);
        CHECK(decoder.name(*mode) == name);
        CHECK(decoder.open(name) == mode);
        CHECK_FALSE(check_charset(name));
    }
    CHECK(decoder.open("utf8") == CharsetMode::utf8);
    CHECK(decoder.open("koi8-r") != decoder.open("big5"));
    CHECK_FALSE(decoder.open("nosuch"));
}

TEST_CASE("charset: ASCII proves nothing") {
    for (const Proof proof : {Proof::none, Proof::utf8, Proof::gb18030}) {
        CHECK(decode("", proof) == as_utf8("", proof));
        CHECK(decode("hello", proof) == as_utf8("hello", proof));
    }
}

TEST_CASE("charset: UTF-8 with a wide character proves it") {
    for (const Proof proof : {Proof::none, Proof::utf8, Proof::gb18030}) {
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

TEST_CASE("charset: a byte order mark is no text") {
    const Outcome marked = as_utf8("hi", Proof::utf8);
    CHECK(decode("\xEF\xBB\xBFhi") == marked);
    CHECK(decode("\xEF\xBB\xBFhi", Proof::gb18030) == marked);
    CHECK(decode("\xEF\xBB\xBF").text == "");
    CHECK(decode("\xEF\xBB\xBFhi", Proof::none, Evidence::whole, CharsetMode::utf8).text == "hi");
    CHECK(decode("\xEF\xBB\xBFhi\xFF") == as_bytes("\uFEFFhi\uFFFD", Proof::none));
}

TEST_CASE("charset: GB18030 that is not UTF-8 proves it") {
    for (const Proof proof : {Proof::none, Proof::utf8, Proof::gb18030}) {
        CHECK(decode(HELLO, proof) == as_gbk("你好", Proof::gb18030));
        CHECK(decode(HELLO, proof, Evidence::tail) == as_gbk("你好", Proof::gb18030));
        CHECK(decode(HELLO, proof, Evidence::cut) == as_gbk("你好", proof));
    }
}

TEST_CASE("charset: a tail that reads as UTF-8 cut inside a character proves nothing") {
    // "浣", or the beginning of "你".
    CHECK(decode("\xE4\xBD", Proof::utf8, Evidence::tail) == as_gbk("浣", Proof::utf8));
    CHECK(decode("\xE4\xBD", Proof::none, Evidence::tail) == as_gbk("浣", Proof::none));
    CHECK(decode("\xE4\xBD", Proof::utf8, Evidence::whole) == as_gbk("浣", Proof::gb18030));
    CHECK(decode("temp \xE4\xBD", Proof::utf8, Evidence::tail) == as_gbk("temp 浣", Proof::utf8));
    CHECK(decode("\xE4\xBDz\xC4\xE3", Proof::utf8, Evidence::tail).proof == Proof::gb18030);
}

TEST_CASE("charset: what was proved last decides what can be both") {
    for (const auto& [message, text] :
         {std::pair{SYSTEM, "系统"}, std::pair{STOP, "停止"}, std::pair{STATE, "状态"}}) {
        const std::string same(message);
        CHECK(decode(message, Proof::none) == as_utf8(same, Proof::none));
        CHECK(decode(message, Proof::utf8) == as_utf8(same, Proof::utf8));
        CHECK(decode(message, Proof::gb18030) == as_gbk(text, Proof::gb18030));
    }
    CHECK(decode("é 20°C", Proof::none) == as_utf8("é 20°C", Proof::none));
    CHECK(decode("é 20°C", Proof::utf8) == as_utf8("é 20°C", Proof::utf8));
    CHECK(decode("é 20°C", Proof::gb18030) == as_gbk("茅 20掳C", Proof::gb18030));
}

TEST_CASE("charset: a conversation changes its mind") {
    CharsetDecoder decoder;
    Proof proof = Proof::none;
    const auto charset_of = [&](std::string_view message) {
        return decoder.decode(message, Place::beginning, AUTOMATIC, Evidence::whole, proof).charset;
    };
    CHECK(charset_of(SYSTEM) == charset::UTF8);
    CHECK(charset_of(HELLO) == charset::GB18030);
    CHECK(charset_of(SYSTEM) == charset::GB18030);
    CHECK(charset_of("hello") == charset::UTF8);
    CHECK(charset_of(STOP) == charset::GB18030);
    CHECK(charset_of("你好") == charset::UTF8);
    CHECK(charset_of(STATE) == charset::UTF8);
}

TEST_CASE("charset: what is exact") {
    CHECK(decode("\x80\xC4\xE3") == Outcome{"€你", "gb18030", false, true, Proof::gb18030});
    CHECK(decode("\xA2\xE3\xC4\xE3") == as_gbk("€你", Proof::gb18030));
    // A four-byte code that glibc writes in two bytes.
    CHECK_FALSE(decode("\x95\x32\x90\x31\xC4\xE3").exact);
    CHECK(decode("\x94\x39\xFC\x36\xC4\xE3").exact);
}

TEST_CASE("charset: bytes that are neither") {
    CHECK(decode("a\xFF") == as_bytes("a\uFFFD", Proof::none));
    CHECK(decode("你\xFF") == as_bytes("你\uFFFD", Proof::none));
    CHECK(decode("你\xFF", Proof::utf8) == as_bytes("你\uFFFD", Proof::utf8));
    CHECK(decode("\xC4\xE3\xFF", Proof::gb18030) == as_bytes("你\uFFFD", Proof::gb18030));
    CHECK(decode("\xC4\xE3\xFF") == as_bytes("\uFFFD\uFFFD\uFFFD", Proof::none));
}

TEST_CASE("charset: a listener that was told UTF-8") {
    const auto told = [](std::string_view message) {
        return decode(message, Proof::none, Evidence::whole, CharsetMode::utf8);
    };
    CHECK(told("hello") == as_utf8("hello", Proof::none));
    CHECK(told("你好") == as_utf8("你好", Proof::none));
    CHECK(told(SYSTEM).charset == charset::UTF8);
    CHECK(told(HELLO) == as_bytes("\uFFFD\uFFFD\uFFFD\uFFFD", Proof::none));
}

TEST_CASE("charset: a listener that was told GB18030") {
    const auto told = [](std::string_view message) {
        return decode(message, Proof::none, Evidence::whole, CharsetMode::gb18030);
    };
    CHECK(told("hello") == as_utf8("hello", Proof::none));
    CHECK(told(SYSTEM) == as_gbk("系统", Proof::none));
    CHECK(told("你好") == as_gbk("浣犲ソ", Proof::none));
    CHECK(told("\xC4\xE3\xFF") == as_bytes("你\uFFFD", Proof::none));
}

TEST_CASE("charset: a window is cut where a character ends") {
    CharsetDecoder decoder;
    const auto cut = [&decoder](std::string_view window, Proof proof = Proof::none,
                                CharsetMode mode = AUTOMATIC) {
        return decoder.cut(window, mode, proof);
    };
    CHECK(cut("abc") == 3);
    CHECK(cut("你\xE5\xA5") == 3);
    CHECK(cut("\xC4\xE3\xBA") == 2);
    CHECK(cut("\xC4\xE3\x80") == 3);
    CHECK(cut("你\xFF\xE5") == 5);  // in none
    CHECK(cut("\xE4\xBD") == 2);    // never nothing
    CHECK(cut("\xE4") == 1);
    CHECK(cut("\xFF") == 1);

    // é°, cut; or, from the second byte on, three characters of GBK, cut.
    CHECK(cut("\xC3\xA9\xC2\xB0\xC3") == 4);
    CHECK(cut("\xC3\xA9\xC2\xB0\xC3", Proof::gb18030) == 4);
    CHECK(cut("\x80\xC3\xA9\xC2", Proof::gb18030) == 3);
    CHECK(cut("\xC3\xA9\xE4\xBD") == 2);
    CHECK(cut("\xC3\xA9\xE4\xBD", Proof::utf8) == 2);
    CHECK(cut("\xC3\xA9\xE4\xBD", Proof::gb18030) == 4);
    CHECK(cut("你\xE4\xBD", Proof::gb18030) == 3);
    CHECK(cut("abc\xE4\xBD", Proof::gb18030) == 3);  // a border in both

    CHECK(cut("\xC4\xE3\xBA", Proof::none, CharsetMode::utf8) == 3);
    CHECK(cut("\xC3\xA9\xE4\xBD", Proof::gb18030, CharsetMode::utf8) == 2);
    CHECK(cut("\xC3\xA9\xE4\xBD", Proof::none, CharsetMode::gb18030) == 4);
    CHECK(cut("\xC3\xA9\xE4", Proof::none, CharsetMode::gb18030) == 2);
}

TEST_CASE("charset: parts of a long message join to the whole") {
    const std::string text = repeated(SENTENCE, 40);
    const std::string gb = to_gb18030(text);
    for (std::size_t window = 64; window <= 1024; ++window) {
        REQUIRE(joined(text, window, Proof::none) == as_utf8(text, Proof::none));
        REQUIRE(joined(text, window, Proof::gb18030) == as_utf8(text, Proof::gb18030));
        REQUIRE(joined(gb, window, Proof::none) == as_gbk(text, Proof::none));
        REQUIRE(joined(gb, window, Proof::utf8) == as_gbk(text, Proof::utf8));
        REQUIRE(joined(gb, window, Proof::gb18030) == as_gbk(text, Proof::gb18030));
    }
    const std::string both = repeated(STATE, 200);
    for (std::size_t window = 4; window <= 64; ++window) {
        REQUIRE(joined(both, window, Proof::gb18030).text == repeated("状态", 200));
        REQUIRE(joined(both, window, Proof::none).text == both);
        REQUIRE(joined(gb, window, Proof::none, CharsetMode::gb18030).text == text);
    }
}

TEST_CASE("charset: any text, any bytes") {
    CharsetDecoder decoder;
    CHECK(rc::check("parts of UTF-8 join to the whole", [] {
        const std::string text = *naive::text();
        const auto window = *rc::gen::inRange<std::size_t>(4, 40);
        RC_ASSERT(joined(text, window, Proof::none, CharsetMode::utf8).text == text ||
                  text.starts_with(utf8::BOM) || text.find(utf8::BOM) != text.npos);
        RC_ASSERT(joined(text, window, Proof::none, CharsetMode::utf8).charset == charset::UTF8);
    }));
    CHECK(rc::check("a cut is within the window, the text valid, and exact says so", [&decoder] {
        const std::string message = *naive::bytes();
        const auto mode = *rc::gen::element(AUTOMATIC, CharsetMode::utf8, CharsetMode::gb18030);
        Proof proof = *rc::gen::element(Proof::none, Proof::utf8, Proof::gb18030);
        if (!message.empty()) {
            const std::size_t length = decoder.cut(message, mode, proof);
            RC_ASSERT(length > 0U);
            RC_ASSERT(length <= message.size());
        }
        const Decoded decoded =
            decoder.decode(message, Place::beginning, mode, Evidence::whole, proof);
        RC_ASSERT(utf8::scan(decoded.text).valid == decoded.text.size());
        if (decoded.charset == charset::UTF8) {
            RC_ASSERT(decoded.exact);
            RC_ASSERT(decoded.text == decoded.bytes);
        } else if (decoded.charset == charset::GB18030) {
            const std::string text(decoded.text);
            gb18030::Converter converter;
            std::string again;
            RC_ASSERT(decoded.exact == (converter.encode(text, again) && again == message));
        } else {
            RC_ASSERT_FALSE(decoded.exact);
        }
    }));
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
