// A charset that a listener is configured for, converted by the C library's iconv: Big5, Shift_JIS,
// Windows-1251, and any other that iconv knows and that messages can be framed in.
#pragma once

#include "common/text/contested_codes.hpp"
#include "common/text/iconv_handle.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

// Why a name is not that of a usable charset.
enum class CharsetFault : std::uint8_t {
    unknown,        // iconv has none of that name
    not_installed,  // it is a common one, but the C library's converter is missing
    decorated,      // "//TRANSLIT" and the like are not part of a name
    stateful,       // what a byte means depends on shift sequences before it
    terminators,    // NUL, LF or CR are not 00, 0A, 0D, or these bytes are parts of characters
};

class FixedCharset {
   public:
    // The longest name that is accepted, in bytes.
    static constexpr std::size_t MAX_NAME = 48;

    // `name` is in lower case. Sets `fault` if it returns nothing.
    [[nodiscard]] static std::optional<FixedCharset> open(std::string_view name,
                                                          CharsetFault& fault);
    // The most common names, for suggestions. Some may not be installed.
    [[nodiscard]] static const std::vector<std::string>& common_names();

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    // Whether ASCII bytes are ASCII text in it. The backslash and the tilde may be a currency sign
    // and an overline.
    [[nodiscard]] bool keeps_ascii() const noexcept { return keeps_ascii_; }

    // Whether encoding `text`, which `bytes` were decoded to, gives them again, in this library and
    // in others.
    [[nodiscard]] bool is_exact(std::string_view bytes, std::string_view text) noexcept;

    // Appends `bytes` as UTF-8 to `text`. False if some of them are not text in this charset;
    // `text` is then unchanged.
    [[nodiscard]] bool decode(std::string_view bytes, std::string& text) noexcept;
    // The same, with U+FFFD for each byte that is not part of a character.
    void decode_leniently(std::string_view bytes, std::string& text) noexcept;
    // The length of `bytes` without an incomplete character at the end.
    [[nodiscard]] std::size_t border(std::string_view bytes) noexcept;
    // Appends `text`, valid UTF-8. False if this charset lacks a character; `bytes` is then
    // unchanged.
    [[nodiscard]] bool encode(std::string_view text, std::string& bytes) noexcept;

   private:
    FixedCharset(std::string name, IconvHandle from, IconvHandle to) noexcept
        : name_{std::move(name)}, from_{std::move(from)}, to_{std::move(to)} {}

    [[nodiscard]] std::optional<CharsetFault> examine();
    // Decodes leniently, and stops before an incomplete character at the end. Returns how many
    // bytes it has decoded.
    std::size_t decode_up_to_end(std::string_view bytes, std::string& text) noexcept;
    // Converts up to the first byte that does not begin a character. iconv may count that byte as
    // converted: the C library's UHC does so with A2 E8.
    [[nodiscard]] IconvHandle::Converted convert_valid(std::string_view bytes,
                                                       std::string& text) noexcept;
    [[nodiscard]] bool hides_terminator(std::string& begun);

    std::string name_;
    IconvHandle from_;
    IconvHandle to_;
    // Restores the backslash and the tilde from `before` on, where iconv has read something else.
    void restore_ascii(std::string& text, std::size_t before) const;

    ContestedCodes contested_;
    std::string yen_;       // what iconv reads 5C as, although it writes a backslash so;
    std::string overline_;  // the same for 7E and the tilde; empty: it reads ASCII
    bool keeps_ascii_ = false;
    std::string scratch_;
};

}  // namespace hark
