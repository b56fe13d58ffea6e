// The stream that a configuration of harkd logs to, for readers of the stream.
#pragma once

#include "common/stream/stream_config.hpp"

#include <string>

namespace hark {

// Reads the file at `path`, which messages call `name`, and the files that it names. Throws
// std::runtime_error if they cannot be read, if a setting of the stream is wrong, or if it logs to
// no stream.
[[nodiscard]] StreamConfig read_stream_config(const std::string& path, const std::string& name);

}  // namespace hark
