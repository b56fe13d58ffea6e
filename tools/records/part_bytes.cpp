#include "tools/records/part_bytes.hpp"

#include "common/text/base64.hpp"
#include "common/text/utf8.hpp"

#include <stdexcept>

namespace hark {

namespace {

void append_utf16(std::string& into, std::string_view text, bool big_endian) {
    const auto put = [&](char32_t unit) {
        const auto high = static_cast<char>(unit >> 8U);
        const auto low = static_cast<char>(unit & 0xFFU);
        into += big_endian ? high : low;
        into += big_endian ? low : high;
    };
    while (!text.empty()) {
        const utf8::Character next = utf8::first(text);
        text.remove_prefix(next.length);
        if (next.code < 0x10000) {
            put(next.code);
        } else {
            put(0xD800 + ((next.code - 0x10000) >> 10U));
            put(0xDC00 + ((next.code - 0x10000) & 0x3FFU));
        }
    }
}

}  // namespace

bool is_ascii(std::string_view text) noexcept {
    return utf8::ascii_prefix(text) == text.size();
}

bool PartBytes::add_base64(std::string_view encoded) {
    const std::optional<std::string> decoded = decode_base64(encoded);
    if (!decoded) return false;
    bytes_ += *decoded;
    return true;
}

bool PartBytes::add_text(std::string_view text, std::string_view charset) {
    if (charset == charset::UTF8) {
        bytes_ += text;
        return true;
    }
    if (charset == charset::UTF16LE || charset == charset::UTF16BE) {
        append_utf16(bytes_, text, charset == charset::UTF16BE);
        return true;
    }
    if (charset == charset::BYTES) return false;
    try {
        if (!decoder_) decoder_.emplace();
    } catch (const std::runtime_error&) {
        return false;  // the C library's converters are not installed
    }
    const std::optional<CharsetMode> mode = decoder_->open(charset);
    return mode && decoder_->encode(text, *mode, bytes_);
}

std::string PartBytes::base64() const {
    std::string encoded;
    append_base64(encoded, bytes_);
    return encoded;
}

}  // namespace hark
