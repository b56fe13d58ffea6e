// `hark status`: how the daemon is.
#pragma once

#include <cstdint>
#include <string>

namespace hark {

struct StatusOptions {
    std::string control;  // empty: the usual places
    bool json = false;
    bool openmetrics = false;
    std::string output;  // a file that is replaced; empty: standard output
};

// Returns the exit status. Throws ControlError, UsageError and SystemError.
[[nodiscard]] int show_status(const StatusOptions& options);

}  // namespace hark
