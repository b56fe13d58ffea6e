// The daemon's state for a monitoring system: OpenMetrics 1.0 text, of a form that the Prometheus
// text format reads too (the textfile collector of node_exporter).
#pragma once

#include "tools/control/daemon_status.hpp"

#include <string>

namespace hark {

[[nodiscard]] std::string openmetrics_text(const DaemonStatus& status);

}  // namespace hark
