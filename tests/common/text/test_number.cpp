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
