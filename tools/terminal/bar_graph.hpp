// A row of bars, one a column.
#pragma once

#include "common/locale/locale_charset.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace hark {

// Whether a terminal of this charset has U+2581 to U+2588, each in one column.
[[nodiscard]] bool has_blocks(const LocaleCharset& charset);

// The last `columns` of `values`, which are not negative, the largest of them as high as a row is;
// 0 is a blank, all else is to be seen. `blocks`: in eighths, U+2581 to U+2588; else in ASCII.
[[nodiscard]] std::string bar_graph(std::span<const double> values, std::size_t columns,
                                    bool blocks);

}  // namespace hark
