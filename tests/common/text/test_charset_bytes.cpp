// Whatever a peer sends, its bytes can be restored from what is recorded of them.
#include "common/text/charset.hpp"
#include "tests/common/text/decoding.hpp"
#include "tests/common/text/naive.hpp"

#include <array>
#include <random>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;
using namespace hark::test;

namespace {

constexpr std::array CHARSETS{
    "auto",       "utf-8",     "gb18030",      "utf-16le",     "utf-16be",  "big5",
    "big5-hkscs", "shift_jis", "cp932",        "euc-jp",       "euc-kr",    "cp949",
    "euc-tw",     "gbk",       "windows-1251", "windows-1252", "koi8-r",    "viscii",
    "iso-8859-1", "tis-620",   "johab",        "windows-1258", "iso646-de", "us-ascii"};

struct Listener {
    CharsetDecoder decoder;

    // What the record says, encoded as a reader of it would.
    std::string again(const Decoded& decoded) {
        if (!decoded.exact) return std::string{decoded.bytes};
        if (decoded.charset == charset::UTF16LE) return to_utf16(decoded.text, false);
        if (decoded.charset == charset::UTF16BE) return to_utf16(decoded.text, true);
        std::string bytes;
        const std::string text{decoded.text};
        const auto mode = decoder.open(decoded.charset);
        return mode && decoder.encode(text, *mode, bytes) ? bytes : "(cannot be encoded)";
    }

    // What is wrong; empty if nothing is.
    std::string fault(const std::string& message, CharsetMode mode, Proof proof) {
        const Decoded decoded =
            decoder.decode(message, Place::beginning, mode, Evidence::whole, proof);
        if (utf8::scan(decoded.text).valid != decoded.text.size()) return "text is not UTF-8";
        const bool is_bytes = decoded.charset == charset::BYTES;
        if (decoded.exact && !decoded.intact) return "exact, and not intact";
        if (is_bytes && decoded.intact) return "bytes, and intact";
        const std::string marked = std::string{utf8::BOM} + std::string{decoded.bytes};
        if (decoded.bytes != message && marked != message) return "bytes are missing";
        if (!message.empty()) {
            const std::size_t length = decoder.cut(message, mode, proof);
            if (length == 0 || length > message.size()) return "cut out of bounds";
        }
        const Decoded second =
            decoder.decode(message, Place::beginning, mode, Evidence::cut, proof);
        const std::string bytes{second.bytes};
        return again(second) == bytes ? "" : "bytes cannot be had back";
    }
};

std::string in_hex(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes) {
        constexpr std::string_view DIGITS = "0123456789ABCDEF";
        text += DIGITS[static_cast<unsigned char>(byte) >> 4];
        text += DIGITS[static_cast<unsigned char>(byte) & 0xF];
    }
    return text;
}

}  // namespace

TEST_CASE("charset: all pairs of bytes can be had back") {
    Listener listener;
    for (const char* charset : CHARSETS) {
        const CharsetMode mode = listener.decoder.open(charset).value();
        for (const Proof proof : PROOFS) {
            if (mode != CharsetMode::automatic && proof != Proof::none) continue;
            for (unsigned pair = 0; pair < 0x10000; ++pair) {
                const std::string bytes{static_cast<char>(pair >> 8),
                                        static_cast<char>(pair & 0xFF)};
                const std::string fault = listener.fault(bytes, mode, proof);
                if (!fault.empty()) FAIL(charset, ", ", in_hex(bytes), ": ", fault);
            }
        }
    }
}

TEST_CASE("charset: random bytes can be had back") {
    constexpr int STRINGS = 100'000;
    Listener listener;
    std::mt19937 random{20261127};  // the same each time
    const auto below = [&random](unsigned limit) {
        return static_cast<unsigned>(random() % limit);
    };
    for (int count = 0; count < STRINGS; ++count) {
        const char* const charset = CHARSETS[below(CHARSETS.size())];
        const CharsetMode mode = listener.decoder.open(charset).value();
        std::string bytes(below(40), '\0');
        // Any bytes or, as more likely text, those above 7F with some ASCII.
        const bool any = below(4) == 0;
        for (char& byte : bytes) {
            const unsigned value = any || below(4) == 0 ? below(0x100) : 0x80 + below(0x80);
            byte = static_cast<char>(value);
        }
        const std::string fault = listener.fault(bytes, mode, PROOFS[below(PROOFS.size())]);
        if (!fault.empty()) FAIL(charset, ", ", in_hex(bytes), ": ", fault);
    }
}

TEST_CASE("charset: bytes made of pieces of text can be had back") {
    Listener listener;
    CHECK(rc::check([&listener] {
        const std::string bytes = *naive::bytes();
        const char* const charset = *rc::gen::elementOf(CHARSETS);
        const CharsetMode mode = listener.decoder.open(charset).value();
        RC_ASSERT(listener.fault(bytes, mode, *rc::gen::elementOf(PROOFS)) == "");
    }));
}

TEST_CASE("charset: the reading with fewer bytes left over, whatever they are") {
    CharsetDecoder decoder;
    gb18030::Converter converter;
    CHECK(rc::check([&] {
        const std::string bytes = *naive::bytes();
        Proof proof = *rc::gen::elementOf(PROOFS);
        const bool gb18030_first = proof == Proof::gb18030;
        const Decoded decoded =
            decoder.decode(bytes, Place::beginning, CharsetMode::automatic, Evidence::whole, proof);
        if (decoded.charset != charset::BYTES) return;
        std::string utf8;
        std::string gb18030;
        const auto left = utf8::append_leniently(utf8, bytes, utf8::Planes::assigned);
        const auto gb_left = converter.decode_leniently(bytes, gb18030);
        const bool gb = gb18030_first ? gb_left <= left : gb_left < left;
        RC_ASSERT(decoded.text == (gb ? gb18030 : utf8));
    }));
}
