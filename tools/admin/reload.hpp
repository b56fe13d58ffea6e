// `hark reload`: makes the daemon reload its configuration.
#pragma once

#include <string>

namespace hark {

// `control`: path of the socket; empty: the default paths. Returns the exit status. Throws
// ControlError and SystemError.
[[nodiscard]] int reload(const std::string& control);

}  // namespace hark
