// The only place that knows every sink.
#pragma once

#include "daemon/log/event_log.hpp"
#include "daemon/log/sink_config.hpp"

#include <memory>
#include <string_view>

namespace hark {

// Opens the sink that `config` describes, for `log`. `run` names this run of the daemon in records.
// Throws std::runtime_error with what went wrong.
[[nodiscard]] std::unique_ptr<Sink> make_sink(const SinkConfig& config, EventLog& log,
                                              std::string_view run);
// Makes a sink that goes on with what the predecessor has left; the descriptors, which are open
// here, become close-on-exec. Throws as above.
[[nodiscard]] std::unique_ptr<Sink> make_sink(const SinkHandover& from, EventLog& log,
                                              std::string_view run);

}  // namespace hark
