// Where the control socket is when nobody says so, the same for both programs.
#pragma once

#include <string>
#include <vector>

namespace hark {

// Paths, the preferred one first: /run/harkd/control, and $XDG_RUNTIME_DIR/harkd/control where
// there is one. The daemon makes the folder where it is missing.
[[nodiscard]] std::vector<std::string> control_paths();

}  // namespace hark
