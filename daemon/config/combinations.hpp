// Settings of a listener that are good alone, and not together.
#pragma once

#include "common/settings/mistakes.hpp"
#include "daemon/config/config.hpp"

namespace hark {

// Checks every listener, or the defaults where there is none.
void check_combinations(const Config& config, Mistakes& mistakes);

// Gives what [nats] says to the sink that is a stream, of which there is one at most.
void apply_stream(Config& config, Mistakes& mistakes);

}  // namespace hark
