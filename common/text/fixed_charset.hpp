// A charset that a listener was told, converted by the C library's iconv: Big5, Shift_JIS,
// Windows-1251, and whatever else it knows that a stream of messages can be framed in.
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

// Why a name is no charset that can be used.
enum class CharsetFault : std::uint8_t {
    unknown,        // iconv has none of that name
    not_installed,  // it is a common one, but the C library's converter is not there
    decorated,      // "//TRANSLIT" and the like are no part of a name
    stateful,       // what a byte means depends on shift sequences before it
    terminators,  // NUL, LF or CR are other bytes than 00, 0A, 0D, or these are parts of characters
};

class FixedCharset {
   public:
    // The longest name that is taken, in bytes.
    static constexpr std::size_t MAX_NAME = 48;

    // `name` is in lower case. Sets `fault` where it returns nothing.
    [[nodiscard]] static std::optional<FixedCharset> open(std::string_view name,
                                                          CharsetFault& fault);
    // Those that are asked for most, for suggestions. They may not all be installed.
    [[nodiscard]] static const std::vector<std::string>& common_names();

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    // Whether ASCII bytes are ASCII text in it. In Shift_JIS and JOHAB iconv reads 5C and 7E as a
    // yen sign or the like; everybody else reads them as ASCII, and alone they are taken for it.
    [[nodiscard]] bool keeps_ascii() const noexcept { return keeps_ascii_; }

    // Whether encoding `text`, which `bytes` were decoded to, gives them again, here and elsewhere.
    [[nodiscard]] bool is_exact(std::string_view bytes, std::string_view text) noexcept;

    // Appends `bytes` as UTF-8 to `text`. False when some of them are no text in this charset;
    // `text` is then as it was.
    [[nodiscard]] bool decode(std::string_view bytes, std::string& text) noexcept;
    // The same, with U+FFFD for each byte that is part of no character.
    void decode_leniently(std::string_view bytes, std::string& text) noexcept;
    // How many of `bytes` there are without the beginning of a character at their end.
    [[nodiscard]] std::size_t border(std::string_view bytes) noexcept;
    // Appends `text`, valid UTF-8. False when a character has no place in it; `bytes` is then as it
    // was.
    [[nodiscard]] bool encode(std::string_view text, std::string& bytes) noexcept;

   private:
    FixedCharset(std::string name, IconvHandle from, IconvHandle to) noexcept
        : name_{std::move(name)}, from_{std::move(from)}, to_{std::move(to)} {}

    [[nodiscard]] std::optional<CharsetFault> examine();
    // Decodes leniently, and stops where what is left is the beginning of a character. Returns how
    // many bytes are done.
    std::size_t decode_up_to_end(std::string_view bytes, std::string& text) noexcept;
    // Converts up to the first byte that begins no character. iconv may count that, too: the C
    // library's UHC does so with A2 E8.
    [[nodiscard]] IconvHandle::Converted convert_valid(std::string_view bytes,
                                                       std::string& text) noexcept;
    [[nodiscard]] bool hides_terminator(std::string& begun);

    std::string name_;
    IconvHandle from_;
    IconvHandle to_;
    ContestedCodes contested_;
    bool keeps_ascii_ = false;
    std::string scratch_;
};

}  // namespace hark
