#include "common/text/hex.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::string_literals;

TEST_CASE("hex: two digits a byte, in lower case, behind what is there") {
    std::string text = "sha256:";
    append_hex(text, "");
    CHECK(text == "sha256:");
    append_hex(text, "\0\x0F\xA0\xFF~"s);
    CHECK(text == "sha256:000fa0ff7e");
}
