// What a decoder makes of one message of a connection.
#pragma once

#include "common/text/charset.hpp"
#include "common/text/utf8.hpp"

#include <array>
#include <ostream>
#include <string>
#include <string_view>

namespace hark::test {

inline constexpr auto AUTOMATIC = CharsetMode::automatic;

inline constexpr std::array PROOFS{Proof::none, Proof::utf8, Proof::gb18030};

struct Outcome {
    std::string text;
    std::string charset;
    bool exact;
    bool intact;
    Proof proof;  // after the message

    bool operator==(const Outcome&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
    return out << '{' << outcome.text << ", " << outcome.charset
               << (outcome.exact ? "" : ", not exact") << (outcome.intact ? "" : ", not intact")
               << ", proof " << static_cast<int>(outcome.proof) << '}';
}

inline Outcome decode(std::string_view bytes, Proof proof = Proof::none,
                      Evidence evidence = Evidence::whole, CharsetMode mode = AUTOMATIC) {
    CharsetDecoder decoder;
    const Decoded decoded = decoder.decode(bytes, Place::beginning, mode, evidence, proof);
    return {std::string(decoded.text), std::string(decoded.charset), decoded.exact, decoded.intact,
            proof};
}

inline Outcome as_utf8(std::string_view text, Proof proof) {
    return {std::string(text), "utf-8", true, true, proof};
}
inline Outcome as_cut_utf8(std::string_view text, Proof proof) {
    return {std::string(text), "utf-8", false, false, proof};
}
inline Outcome as_gbk(std::string_view text, Proof proof) {
    return {std::string(text), "gb18030", true, true, proof};
}
// Its bytes are kept.
inline Outcome as_weak_gbk(std::string_view text, Proof proof) {
    return {std::string(text), "gb18030", false, true, proof};
}
inline Outcome as_bytes(std::string_view text, Proof proof) {
    return {std::string(text), "bytes", false, false, proof};
}

// "系统", "停止", "状态" in GBK: each of them is valid UTF-8, too.
inline constexpr std::string_view SYSTEM = "\xCF\xB5\xCD\xB3";
inline constexpr std::string_view STOP = "\xCD\xA3\xD6\xB9";
inline constexpr std::string_view STATE = "\xD7\xB4\xCC\xAC";
inline constexpr std::string_view HELLO = "\xC4\xE3\xBA\xC3";  // "你好", which is not
// "芦苇" in GBK, and "«έ" in UTF-8, which could be the beginning of a word.
inline constexpr std::string_view REED = "\xC2\xAB\xCE\xAD";

inline std::string to_utf16(std::string_view text, bool big_endian = false) {
    std::string bytes;
    const auto add = [&](char32_t unit) {
        const char low = static_cast<char>(unit & 0xFF);
        const char high = static_cast<char>(unit >> 8);
        bytes += big_endian ? high : low;
        bytes += big_endian ? low : high;
    };
    while (!text.empty()) {
        const utf8::Character next = utf8::first(text);
        text.remove_prefix(next.length);
        if (next.code >= 0x10000) add(0xD800 + (next.code - 0x10000) / 0x400);
        add(next.code >= 0x10000 ? 0xDC00 + next.code % 0x400 : next.code);
    }
    return bytes;
}

}  // namespace hark::test
