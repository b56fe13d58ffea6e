// Environment variables meant for this process only.
#pragma once

#include <optional>
#include <string>

namespace hark {

// Removes `name` from the environment and returns its value: child processes must not take it for
// their own. Call before starting threads.
[[nodiscard]] std::optional<std::string> take_variable(const char* name);

}  // namespace hark
