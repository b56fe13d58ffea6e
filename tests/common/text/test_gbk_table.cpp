#include "common/text/gbk_table.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

struct Both {
    gb18030::Converter converter;
    GbkTable table;

    // "-" in front shows that a failed call leaves the text unchanged.
    std::string looked_up(std::string_view bytes) {
        std::string text = "-";
        if (table.decode(bytes, text, converter)) return text.substr(1);
        return text == "-" ? "no" : "changed";
    }
    std::string converted(std::string_view bytes) {
        std::string text;
        return converter.decode(bytes, text) ? text : "no";
    }
};

}  // namespace

TEST_CASE("gbk table: every code of two bytes is what the C library says") {
    Both both;
    std::size_t wrong = 0;
    std::size_t known = 0;
    for (unsigned pair = 0; pair < 0x10000; ++pair) {
        const std::string bytes{static_cast<char>(pair >> 8), static_cast<char>(pair & 0xFF)};
        const std::string text = both.looked_up(bytes);
        if (text == "no") continue;
        ++known;
        if (text != both.converted(bytes)) ++wrong;
    }
    CHECK(wrong == 0);
    // Two bytes of ASCII, and nearly all codes: only those outside of the first plane are missing.
    CHECK(known > 128 * 128 + 23900);
}

TEST_CASE("gbk table: what is not looked up changes nothing") {
    Both both;
    for (const std::string_view bytes :
         {"\x80", "\xFF", "a\xC4", "\xC4\xE3\xBA", "\x81\x30\x81\x30", "\xC4\xE3\x94\x39\xFC\x36",
          "\xC4\x7F", "\xC4\xE3\xFF", "\xC4\xFF"}) {
        CHECK(both.looked_up(bytes) == "no");
    }
    CHECK(both.looked_up("") == "");
    CHECK(both.looked_up("a\xC4\xE3z, \xBA\xC3") == "a你z, 好");
}

TEST_CASE("gbk table: text looked up is text converted, and encodes to its bytes") {
    Both both;
    CHECK(rc::check([&both] {
        std::string bytes;
        for (const unsigned number :
             *rc::gen::container<std::vector<unsigned>>(rc::gen::inRange(0U, 0x10000U))) {
            if (number % 3 == 0) {
                bytes += static_cast<char>(number % 0x80);
            } else {
                bytes += static_cast<char>(0x81 + number % 126);
                bytes += static_cast<char>(0x40 + number / 126 % 63);
            }
        }
        const std::string text = both.looked_up(bytes);
        if (text == "no") return;
        RC_ASSERT(text == both.converted(bytes));
        std::string again;
        RC_ASSERT(both.converter.encode(text, again));
        RC_ASSERT(again == bytes);
    }));
}
