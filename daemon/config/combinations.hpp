// Settings of a listener that are good alone, and not together.
#pragma once

#include "daemon/config/config.hpp"
#include "daemon/config/mistakes.hpp"

namespace hark {

// Checks every listener, or the defaults where there is none.
void check_combinations(const Config& config, Mistakes& mistakes);

}  // namespace hark
