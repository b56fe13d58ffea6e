// Settings of a listener that are valid alone but not together.
#pragma once

#include "common/settings/mistakes.hpp"
#include "daemon/config/config.hpp"

namespace hark {

// Checks every listener, or the defaults if there is none.
void check_combinations(const Config& config, Mistakes& mistakes);

// Copies the settings of [nats] to the stream sink, of which there may be only one.
void apply_stream(Config& config, Mistakes& mistakes);

}  // namespace hark
