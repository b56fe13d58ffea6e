// A row of bars, one per column.
#pragma once

#include "common/locale/locale_charset.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace hark {

// Whether a terminal of this charset has U+2581 to U+2588, each one column wide.
[[nodiscard]] bool has_blocks(const LocaleCharset& charset);

// Draws the last `columns` of `values`, none negative, scaled so that the largest fills the row; 0
// is a blank, anything else is visible. With `blocks`, in eighths, U+2581 to U+2588; otherwise in
// ASCII.
[[nodiscard]] std::string bar_graph(std::span<const double> values, std::size_t columns,
                                    bool blocks);

}  // namespace hark
