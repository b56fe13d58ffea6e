// Caches what the C library says about GB18030's two-byte codes: GBK text consists almost entirely
// of these, and asking again for each takes ten times as long as looking it up.
//
// A row holds the codes with one lead byte. It is filled when such a code first occurs, so that
// without GBK it costs nothing, and nobody waits for the whole table; all rows take 48 KiB.
#pragma once

#include "common/text/gb18030.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hark {

class GbkTable {
   public:
    // Appends `bytes` as UTF-8 to `text` if they are ASCII and two-byte codes that are not
    // contested, and encoding the text gives exactly them again. Otherwise returns false, with
    // `text` unchanged: they may still be GB18030. `converter` fills the rows.
    [[nodiscard]] bool decode(std::string_view bytes, std::string& text,
                              gb18030::Converter& converter) noexcept;

   private:
    static constexpr unsigned FIRST_LEAD = 0x81;
    static constexpr unsigned LAST_LEAD = 0xFE;
    static constexpr unsigned FIRST_TRAIL = 0x40;
    static constexpr unsigned LAST_TRAIL = 0xFE;

    // By trail byte; 0: no such code, or none that is looked up here.
    using Row = std::array<char16_t, LAST_TRAIL - FIRST_TRAIL + 1>;

    [[nodiscard]] char16_t code(unsigned lead, unsigned trail,
                                gb18030::Converter& converter) noexcept;
    // Makes the row of the codes that begin with `lead`.
    [[gnu::noinline]] void make_row(unsigned lead, gb18030::Converter& converter) noexcept;

    std::array<std::unique_ptr<Row>, LAST_LEAD - FIRST_LEAD + 1> rows_;
};

}  // namespace hark
