// `hark restart`: makes the daemon restart in place.
#pragma once

#include <string>

namespace hark {

// Waits until the new program serves, for 10 s at most, and prints both versions. `control`: path
// of the socket; empty: the default paths. Returns the exit status. Throws ControlError and
// SystemError.
[[nodiscard]] int restart(const std::string& control, bool json);

}  // namespace hark
