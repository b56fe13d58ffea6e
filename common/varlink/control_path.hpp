// The default paths of the control socket, the same for both programs.
#pragma once

#include <string>
#include <vector>

namespace hark {

// The preferred path first: /run/harkd/control, and $XDG_RUNTIME_DIR/harkd/control if that variable
// is set. The daemon creates the folder if it is missing.
[[nodiscard]] std::vector<std::string> control_paths();

}  // namespace hark
