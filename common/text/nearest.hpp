// Lists of names, and suggestions for a mistyped one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

// The number of insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`
// (the optimal string alignment distance).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// At most three of `known`: those that begin with `name`, else the closest ones that differ from it
// in no more than a third of its letters (at least one).
[[nodiscard]] std::vector<std::string> nearest(std::string_view name,
                                               const std::vector<std::string>& known);

// "a, b, c"
[[nodiscard]] std::string joined(const std::vector<std::string>& names, std::string_view separator);

}  // namespace hark
