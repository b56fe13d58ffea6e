// The first contact with a stream, before harkd serves anybody: whether its servers let us in, and
// whether the stream is fit for records.
#pragma once

#include "common/stream/stream_config.hpp"

#include <string>
#include <string_view>

namespace hark {

// Returns when that is known, or after three seconds without an answer. Throws std::runtime_error
// if it was refused. Any other problem may pass, and is left to the stream's writer.
void require_fit(const StreamConfig& config, std::string_view run);

}  // namespace hark
