// The lines on the screen of `hark top`.
#pragma once

#include "common/locale/locale_charset.hpp"
#include "tools/top/top_model.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hark {

struct TopLook {
    std::size_t columns = 0;
    std::size_t rows = 0;
    bool blocks = false;  // draw graphs with U+2581 to U+2588
    bool paused = false;
    std::string trouble{};  // UTF-8, safe to show; empty: no problem
};

struct TopLine {
    enum class Style : std::uint8_t { plain, title, trouble };
    std::string text;  // UTF-8, safe to show, no wider than the screen
    Style style = Style::plain;
};

// At most as many lines as the screen has rows. If there are few, the least informative are left
// out.
[[nodiscard]] std::vector<TopLine> top_lines(const TopModel& model, const TopLook& look,
                                             const LocaleCharset& charset);

}  // namespace hark
