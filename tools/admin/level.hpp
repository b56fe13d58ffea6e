// `hark level`: which of the daemon's own words are recorded.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace hark {

// "debug", "info", "warning", "error"
[[nodiscard]] std::span<const char* const> levels() noexcept;

// `control`: the socket's path; empty: the usual places. `words`: the level. Returns the exit
// status. Throws ControlError, UsageError and SystemError.
[[nodiscard]] int set_level(const std::string& control, const std::vector<std::string>& words);

}  // namespace hark
