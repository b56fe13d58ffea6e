// The files that the settings of a stream name: secrets and certificates.
#pragma once

#include "common/stream/stream_settings.hpp"

namespace hark {

// Reads them into `stream`. Throws std::runtime_error with the place of the settings and the cause.
void open_stream_files(const StreamSettings& settings, StreamConfig& stream);

}  // namespace hark
