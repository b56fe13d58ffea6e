// Codes that libraries read or write in different ways: vendors have added to a charset, or have
// given one character two codes. Only the library that decoded text with such a code is sure to
// encode it to the same bytes again.
//
// The C library was compared with Python's codecs, which follow Unicode's and Microsoft's tables
// (tests/program/test_charset_bytes.py does it).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hark {

class ContestedCodes {
   public:
    // Codes of one byte, or of two or three as a number: A1 45 is 0xA145.
    struct Range {
        std::uint32_t first;
        std::uint32_t last;
    };
    // How a stream is split into codes.
    enum class Form : std::uint8_t {
        single,     // every byte is one
        pairs,      // two bytes, if the first is above 80
        shift_jis,  // the same, but one byte from A0 to DF
        euc,        // the same as pairs, but three bytes if the first is 8F
    };

    // The contested codes of a charset of iconv's, by its name in lower case. `multibyte`: some of
    // its characters take more than one byte.
    [[nodiscard]] static ContestedCodes of(std::string_view charset, bool multibyte) noexcept;

    // Whether `bytes`, valid in the charset and decoded to `text`, contain one.
    [[nodiscard]] bool are_in(std::string_view bytes, std::string_view text) const noexcept;

   private:
    [[nodiscard]] std::size_t length_at(char lead) const noexcept;

    std::span<const Range> ranges_;
    Form form_ = Form::single;
};

}  // namespace hark
