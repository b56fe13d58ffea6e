// `hark reload`: has the daemon read its configuration again.
#pragma once

#include <string>

namespace hark {

// `control`: the socket's path; empty: the usual places. Returns the exit status. Throws
// ControlError and SystemError.
[[nodiscard]] int reload(const std::string& control);

}  // namespace hark
