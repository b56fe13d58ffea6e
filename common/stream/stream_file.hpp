// The stream that a configuration of harkd logs to, for whoever reads it.
#pragma once

#include "common/stream/stream_config.hpp"

#include <string>

namespace hark {

// From the file at `path`, which messages call `name`, with the files that it names. Throws
// std::runtime_error if that cannot be read, has a mistake in what concerns the stream, or logs to
// none.
[[nodiscard]] StreamConfig read_stream_config(const std::string& path, const std::string& name);

}  // namespace hark
