// What a message about a mistyped name suggests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hark {

// `text`, followed by those of `known` that `name` may stand for: "no such command: sned; did you
// mean send?"
[[nodiscard]] std::string with_suggestions(std::string text, std::string_view name,
                                           const std::vector<std::string>& known);

}  // namespace hark
