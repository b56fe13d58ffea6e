// The daemon's state for monitoring systems: OpenMetrics 1.0 text that is also valid in the
// Prometheus text format (for node_exporter's textfile collector).
#pragma once

#include "tools/control/daemon_status.hpp"

#include <string>

namespace hark {

[[nodiscard]] std::string openmetrics_text(const DaemonStatus& status);

}  // namespace hark
