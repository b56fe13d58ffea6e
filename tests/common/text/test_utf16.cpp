#include "common/text/utf16.hpp"
#include "tests/common/text/naive.hpp"

#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;
using namespace std::string_literals;
using utf16::Order;

namespace {

struct Read {
    std::string text;
    bool intact;
    bool operator==(const Read&) const = default;
};

Read read(std::string_view bytes, Order order = Order::little_endian) {
    std::string text;
    const bool intact = utf16::decode(bytes, order, text);
    return {text, intact};
}

std::string units(const std::u16string& text, Order order) {
    std::string bytes;
    for (const char16_t unit : text) {
        const char high = static_cast<char>(unit >> 8);
        const char low = static_cast<char>(unit & 0xFF);
        bytes += order == Order::big_endian ? high : low;
        bytes += order == Order::big_endian ? low : high;
    }
    return bytes;
}

}  // namespace

TEST_CASE("utf16: text in both orders") {
    for (const Order order : {Order::little_endian, Order::big_endian}) {
        CHECK(read(units(u"", order), order) == Read{"", true});
        CHECK(read(units(u"a é 你 \uFEFF", order), order) == Read{"a é 你 \uFEFF", true});
        CHECK(read(units(u"\U0001F600\U0010FFFF", order), order) ==
              Read{"\U0001F600\U0010FFFF", true});
    }
    CHECK(read("a\0\0b"s).text == "a\u6200");
    CHECK(read("\0ab\0"s, Order::big_endian).text == "a\u6200");
}

TEST_CASE("utf16: half a pair, and half a unit") {
    CHECK(read("\x3D\xD8"s) == Read{"\uFFFD", false});
    CHECK(read("\x3D\xD8x\0"s) == Read{"\uFFFDx", false});
    CHECK(read("\x00\xDEx\0"s) == Read{"\uFFFDx", false});
    CHECK(read("\x3D\xD8\x3D\xD8\x00\xDE"s) == Read{"\uFFFD\U0001F600", false});
    CHECK(read("x\0y"s) == Read{"x\uFFFD", false});
    CHECK(read("\x3D\xD8\x00"s) == Read{"\uFFFD\uFFFD", false});
    CHECK(read("x"s) == Read{"\uFFFD", false});
}

TEST_CASE("utf16: what is whole") {
    CHECK(utf16::whole("", Order::little_endian) == 0);
    CHECK(utf16::whole("a\0b"s, Order::little_endian) == 2);
    CHECK(utf16::whole("a\0\x3D\xD8"s, Order::little_endian) == 2);
    CHECK(utf16::whole("a\0\x3D\xD8\x00"s, Order::little_endian) == 2);
    CHECK(utf16::whole("a\0\x3D\xD8\x00\xDE"s, Order::little_endian) == 6);
    CHECK(utf16::whole("\xD8\x3D"s, Order::big_endian) == 0);
    CHECK(utf16::whole("\xD8\x3D"s, Order::little_endian) == 2);
}

TEST_CASE("utf16: any text is read as it was written") {
    CHECK(rc::check([] {
        std::u16string text;
        std::string expected;
        for (const char32_t code : *rc::gen::container<std::vector<char32_t>>(
                 rc::gen::suchThat(rc::gen::inRange<char32_t>(0, 0x110000), naive::is_scalar))) {
            naive::append_utf8(expected, code);
            if (code >= 0x10000) {
                text += static_cast<char16_t>(0xD800 + (code - 0x10000) / 0x400);
                text += static_cast<char16_t>(0xDC00 + code % 0x400);
            } else {
                text += static_cast<char16_t>(code);
            }
        }
        for (const Order order : {Order::little_endian, Order::big_endian}) {
            const std::string bytes = units(text, order);
            RC_ASSERT((read(bytes, order) == Read{expected, true}));
            RC_ASSERT(utf16::whole(bytes, order) == bytes.size());
        }
    }));
}
