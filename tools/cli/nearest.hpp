// Lists of names, and what a person may have meant who mistyped one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

// How many letters must be put in, taken out, replaced or swapped with the next to make `a` of `b`
// (the optimal string alignment distance).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// Those of `known` that `name` begins; else those that are nearest to it, and no farther than a
// third of its letters (at least one); at most three.
[[nodiscard]] std::vector<std::string> nearest(std::string_view name,
                                               const std::vector<std::string>& known);

// "a, b, c"
[[nodiscard]] std::string joined(const std::vector<std::string>& names, std::string_view separator);

}  // namespace hark
