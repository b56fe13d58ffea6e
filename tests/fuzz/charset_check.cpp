#include "tests/fuzz/charset_check.hpp"

#include "common/text/utf8.hpp"
#include "tests/fuzz/require.hpp"

#include <string>

namespace hark::fuzz {

namespace {

bool is_utf8(std::string_view text) noexcept {
    return utf8::scan(text).valid == text.size();
}

// One for all inputs, as for all connections: making one takes longer than running most inputs.
CharsetDecoder& the_decoder() {
    static CharsetDecoder decoder;
    return decoder;
}

// `text`, valid UTF-8, in UTF-16.
std::string as_utf16(std::string_view text, bool big_endian) {
    std::string bytes;
    const auto add = [&](char32_t unit) {
        const char low = static_cast<char>(unit & 0xFFU);
        const char high = static_cast<char>(unit >> 8U);
        bytes += big_endian ? high : low;
        bytes += big_endian ? low : high;
    };
    while (!text.empty()) {
        const utf8::Character character = utf8::first(text);
        text.remove_prefix(character.length);
        if (character.code < 0x10000) {
            add(character.code);
        } else {
            add(0xD800 + ((character.code - 0x10000) >> 10U));
            add(0xDC00 + ((character.code - 0x10000) & 0x3FFU));
        }
    }
    return bytes;
}

// Encodes the text of `decoded` in its charset.
std::string encoded(CharsetDecoder& decoder, const Decoded& decoded) {
    if (decoded.charset == charset::UTF16LE) return as_utf16(decoded.text, false);
    if (decoded.charset == charset::UTF16BE) return as_utf16(decoded.text, true);
    const auto mode = decoder.open(decoded.charset);
    require(mode.has_value(), "a record's charset has a name that is known");
    std::string bytes;
    const std::string text{decoded.text};  // copied out of the decoder's own buffer
    require(decoder.encode(text, *mode, bytes), "text that is exact can be encoded");
    return bytes;
}

}  // namespace

CharsetCheck::CharsetCheck(CharsetMode mode) : decoder_{the_decoder()}, mode_{mode} {}

std::optional<CharsetMode> CharsetCheck::open(std::string_view charset) {
    return the_decoder().open(charset);
}

std::size_t CharsetCheck::find(std::string_view bytes) noexcept {
    require(!bytes.empty() && bytes.size() <= FRAME_CAPACITY, "parts are of the size they may be");
    const std::size_t size = decoder_.cut(bytes, mode_, proof_);
    require(size > 0 && size <= bytes.size(), "a part is no longer than the bytes it is cut from");
    return size;
}

Decoded CharsetCheck::check(const Frame& frame) {
    const Evidence evidence = frame.end == End::quiet ? Evidence::tail
                              : frame.last            ? Evidence::whole
                                                      : Evidence::cut;
    return check(frame.bytes, frame.first ? Place::beginning : Place::middle, evidence);
}

Decoded CharsetCheck::check(std::string_view bytes, Place place, Evidence evidence) {
    const Decoded decoded = decoder_.decode(bytes, place, mode_, evidence, proof_);
    require(is_utf8(decoded.text), "text is UTF-8");
    std::string_view rest = bytes;
    if (rest.size() != decoded.bytes.size()) {
        require(place == Place::beginning && rest.starts_with(utf8::BOM),
                "only a mark is left out");
        rest.remove_prefix(utf8::BOM.size());
    }
    require(decoded.bytes == rest, "what is decoded are the message's bytes");
    if (!decoded.intact) {
        require(decoded.text.find(utf8::REPLACEMENT) != std::string_view::npos,
                "what is no text is shown as U+FFFD");
        require(!decoded.exact, "what is no text is kept as bytes");
    }
    if (decoded.exact) {
        require(encoded(decoder_, decoded) == rest,
                "encoding a text that is exact gives its bytes");
    }
    return decoded;
}

}  // namespace hark::fuzz
