// Suggestions in messages about mistyped names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hark {

// `text`, followed by the names in `known` that `name` may be a misspelling of: "no such command:
// sned; did you mean send?"
[[nodiscard]] std::string with_suggestions(std::string text, std::string_view name,
                                           const std::vector<std::string>& known);

}  // namespace hark
