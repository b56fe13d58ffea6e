// `hark kick`: ends a client's connection.
#pragma once

#include <string>
#include <vector>

namespace hark {

// `control`: the socket's path; empty: the usual places. `words`: the client's number, and the
// reason, in the locale's charset. Returns the exit status. Throws ControlError, UsageError and
// SystemError.
[[nodiscard]] int kick(const std::string& control, const std::vector<std::string>& words);

}  // namespace hark
