// `hark top`: shows the daemon and its busiest clients, live.
#pragma once

#include <string>

namespace hark {

struct TopOptions {
    std::string control;  // empty: the default paths
    bool json = false;    // a line per second instead of a screen
};

// Returns the exit status. Throws UsageError and SystemError.
[[nodiscard]] int top(const TopOptions& options);

}  // namespace hark
