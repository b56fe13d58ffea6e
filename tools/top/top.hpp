// `hark top`: the daemon and its busiest clients, as they are now.
#pragma once

#include <string>

namespace hark {

struct TopOptions {
    std::string control;  // empty: the usual places
    bool json = false;    // a line a second, in place of a screen
};

// Returns the exit status. Throws UsageError and SystemError.
[[nodiscard]] int top(const TopOptions& options);

}  // namespace hark
