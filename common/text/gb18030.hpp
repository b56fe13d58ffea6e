// GB18030, which contains GBK and GB2312, with the C library's iconv for the mapping, and CP936's
// single byte 0x80 for the euro sign, which old Windows programs send and glibc refuses.
#pragma once

#include "common/text/iconv_handle.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace hark::gb18030 {

// The length of the character at the beginning of `bytes` by form alone: 1 (ASCII, 0x80), 2 or 4;
// 0 if no character can begin like this; more than bytes.size() if it is cut, or `bytes` is empty.
[[nodiscard]] std::size_t form_length(std::string_view bytes) noexcept;

struct Scan {
    std::size_t valid = 0;   // bytes up to the first that is not in a whole character, by form
    bool truncated = false;  // all that follows is the beginning of a character
};
[[nodiscard]] Scan scan(std::string_view bytes) noexcept;

// The length of `bytes` without an incomplete character at the end, by form.
[[nodiscard]] std::size_t border(std::string_view bytes) noexcept;

// How many of `bytes` are not part of a character by form: at least that many become U+FFFD in
// lenient decoding.
[[nodiscard]] std::size_t count_malformed(std::string_view bytes) noexcept;

// Whether `bytes`, valid GB18030, contain a code that editions of the standard and libraries read
// in different ways: only the library that decoded it is sure to encode its text as it was.
[[nodiscard]] bool has_contested(std::string_view bytes) noexcept;

class Converter {
   public:
    // Opens the C library's tables, which are modules loaded at run time. Throws
    // std::runtime_error, which says what to install, if they are missing.
    Converter();

    // Appends `bytes` as UTF-8 to `text`. False if some of them are not GB18030; `text` is then
    // unchanged.
    [[nodiscard]] bool decode(std::string_view bytes, std::string& text) noexcept;

    // The same, with U+FFFD for each byte that is not part of a character. Returns their number.
    std::size_t decode_leniently(std::string_view bytes, std::string& text) noexcept;

    // Appends `text`, valid UTF-8, as GB18030 to `bytes`. False if a character has no code; `bytes`
    // is then unchanged.
    [[nodiscard]] bool encode(std::string_view text, std::string& bytes) noexcept;

   private:
    IconvHandle from_;
    IconvHandle to_;
};

}  // namespace hark::gb18030
