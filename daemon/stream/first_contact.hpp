// The first contact with a stream, before harkd serves anybody: whether its servers let us in, and
// whether it is what it must be.
#pragma once

#include "common/stream/stream_config.hpp"

#include <string>
#include <string_view>

namespace hark {

// Returns when that is known, or when nobody has said anything for three seconds. Throws
// std::runtime_error if it was refused. Whatever else stands in the way may pass, and is left to
// whoever writes to it.
void require_fit(const StreamConfig& config, std::string_view run);

}  // namespace hark
