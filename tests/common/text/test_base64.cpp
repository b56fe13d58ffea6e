#include "common/text/base64.hpp"

#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

std::string base64(std::string_view bytes) {
    std::string text = "-";
    append_base64(text, bytes);
    return text.substr(1);
}

unsigned value(char digit) {
    const auto at = [digit](char from) { return static_cast<unsigned>(digit - from); };
    if (digit >= 'A' && digit <= 'Z') return at('A');
    if (digit >= 'a' && digit <= 'z') return at('a') + 26;
    if (digit >= '0' && digit <= '9') return at('0') + 52;
    return digit == '+' ? 62 : 63;
}

std::string naive_decode(const std::string& text) {
    std::string bytes;
    unsigned bits = 0;
    unsigned count = 0;
    for (const char digit : text.substr(0, text.find('='))) {
        bits = bits << 6 | value(digit);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(bits >> count & 0xFF);
    }
    return bytes;
}

}  // namespace

TEST_CASE("base64: the vectors of RFC 4648") {
    CHECK(base64("") == "");
    CHECK(base64("f") == "Zg==");
    CHECK(base64("fo") == "Zm8=");
    CHECK(base64("foo") == "Zm9v");
    CHECK(base64("foob") == "Zm9vYg==");
    CHECK(base64("fooba") == "Zm9vYmE=");
    CHECK(base64("foobar") == "Zm9vYmFy");
    CHECK(base64("a\xFF") == "Yf8=");
    CHECK(base64(std::string_view("\0\0\xFB\xFF\xBF", 5)) == "AAD7/78=");
}

TEST_CASE("base64: any bytes") {
    CHECK(rc::check("decoding gives them back", [](const std::string& bytes) {
        const std::string text = base64(bytes);
        RC_ASSERT(text.size() == (bytes.size() + 2) / 3 * 4);
        RC_ASSERT(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789+/=") == text.npos);
        RC_ASSERT(naive_decode(text) == bytes);
        RC_ASSERT(decode_base64(text) == bytes);
    }));
}

TEST_CASE("base64: what does not decode") {
    for (const char* const text :
         {"Z", "Zg", "Zg=", "Zm9vY", "=", "==", "====", "Z===", "Zg==Zg==", "Zm=v", "Zm9 ", "Zm-_",
          "Zg==\n", "Zh==", "Zm9=", "\xC3\xA9\xC3\xA9"}) {
        CAPTURE(text);
        CHECK_FALSE(decode_base64(text));
    }
    CHECK_FALSE(decode_base64(std::string_view("Zm9\0", 4)));
}
