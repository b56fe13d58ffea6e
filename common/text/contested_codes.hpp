// Codes that libraries read or write in different ways: vendors have added to a charset, or gave
// one character two codes. Text with such a code can be turned into its bytes again by the library
// that decoded it, and by no other for certain.
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
    // How a stream is taken apart into codes.
    enum class Form : std::uint8_t {
        single,     // every byte is one
        pairs,      // two bytes above 80
        shift_jis,  // and one from A0 to DF
        euc,        // and three behind 8F
    };

    // Those of a charset of iconv's, by its name in lower case. `multibyte`: some of its characters
    // take more than one byte.
    [[nodiscard]] static ContestedCodes of(std::string_view charset, bool multibyte) noexcept;

    // Whether `bytes`, valid in the charset and decoded to `text`, have one.
    [[nodiscard]] bool are_in(std::string_view bytes, std::string_view text) const noexcept;

   private:
    [[nodiscard]] std::size_t length_at(char lead) const noexcept;

    std::span<const Range> ranges_;
    Form form_ = Form::single;
};

}  // namespace hark
