// `hark level`: sets which diagnostics the daemon records.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace hark {

// "debug", "info", "warning", "error"
[[nodiscard]] std::span<const char* const> levels() noexcept;

// `control`: path of the socket; empty: the default paths. `words`: the level. Returns the exit
// status. Throws ControlError, UsageError and SystemError.
[[nodiscard]] int set_level(const std::string& control, const std::vector<std::string>& words);

}  // namespace hark
