// Where the control socket is when nobody says so, the same for both programs.
#pragma once

#include <string>
#include <vector>

namespace hark {

// Folders, the preferred one first: /run/harkd, and $XDG_RUNTIME_DIR/harkd where there is one.
[[nodiscard]] std::vector<std::string> control_folders();

inline constexpr const char* CONTROL_SOCKET = "control";

}  // namespace hark
