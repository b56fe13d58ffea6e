// `hark kick`: ends a client's connection.
#pragma once

#include <string>
#include <vector>

namespace hark {

// `control`: path of the socket; empty: the default paths. `words`: the client's number and the
// reason, in the locale's charset. Returns the exit status. Throws ControlError, UsageError and
// SystemError.
[[nodiscard]] int kick(const std::string& control, const std::vector<std::string>& words);

}  // namespace hark
