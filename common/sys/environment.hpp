// Variables of the environment that are meant for this process alone.
#pragma once

#include <optional>
#include <string>

namespace hark {

// The value of `name`, which is removed from the environment: what this process starts must not
// take it for its own. Before there are threads.
[[nodiscard]] std::optional<std::string> take_variable(const char* name);

}  // namespace hark
