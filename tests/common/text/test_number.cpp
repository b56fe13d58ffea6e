#include "common/text/number.hpp"

#include <doctest/doctest.h>

using namespace hark;

TEST_CASE("number: all of a text, or nothing") {
    CHECK(parse_number<unsigned>("0") == 0U);
    CHECK(parse_number<std::uint64_t>("18446744073709551615") == ~std::uint64_t{0});
    CHECK(parse_number<int>("-5") == -5);
    for (const char* text : {"", " 1", "1 ", "1x", "+1", "-1", "0x1", "4294967296"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_number<unsigned>(text));
    }
}

TEST_CASE("number: taken off the front of a text") {
    std::string_view text = "17-20";
    CHECK(take_number<unsigned>(text) == 17U);
    CHECK(text == "-20");
    CHECK_FALSE(take_number<unsigned>(text));
    CHECK(text == "-20");
    CHECK(take_number<int>(text) == -20);
    CHECK(text.empty());

    text = "256";
    CHECK_FALSE(take_number<std::uint8_t>(text));
    CHECK(text == "256");

    text = "2e3s";
    CHECK(take_number<double>(text, std::chars_format::fixed) == 2.0);
    CHECK(text == "e3s");
    text = "2e3s";
    CHECK(take_number<double>(text) == 2000.0);
    CHECK(text == "s");
}
