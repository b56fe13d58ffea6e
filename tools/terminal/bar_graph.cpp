#include "tools/terminal/bar_graph.hpp"

#include "tools/terminal/columns.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace hark {

namespace {

constexpr std::array<std::string_view, 8> BLOCKS{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::array<std::string_view, 8> ASCII{".", ":", "-", "=", "+", "*", "%", "#"};

}  // namespace

bool has_blocks(const LocaleCharset& charset) {
    return std::all_of(BLOCKS.begin(), BLOCKS.end(), [&charset](std::string_view block) {
        return shown_text(charset, block) == block && columns_of(block) == 1;
    });
}

std::string bar_graph(std::span<const double> values, std::size_t columns, bool blocks) {
    if (values.size() > columns) values = values.last(columns);
    const auto& bars = blocks ? BLOCKS : ASCII;
    double most = 0;
    for (const double value : values) most = std::max(most, value);
    std::string text;
    for (const double value : values) {
        if (!(value > 0)) {
            text += ' ';
            continue;
        }
        const double height = std::ceil(value / most * static_cast<double>(bars.size()));
        text += bars[static_cast<std::size_t>(std::max(height, 1.0)) - 1];
    }
    return text;
}

}  // namespace hark
