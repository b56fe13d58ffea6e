// Bytes as hexadecimal digits.
#pragma once

#include <string>
#include <string_view>

namespace hark {

// Two digits per byte, in lower case.
inline void append_hex(std::string& into, std::string_view bytes) {
    constexpr std::string_view DIGITS = "0123456789abcdef";
    for (const char byte : bytes) {
        into += DIGITS[static_cast<unsigned char>(byte) >> 4U];
        into += DIGITS[static_cast<unsigned char>(byte) & 0xFU];
    }
}

}  // namespace hark
