// What the daemon has to say of itself, through spdlog, and by the same way out as all else: each
// line becomes a `diagnostic` record.
#pragma once

#include "daemon/log/event_log.hpp"

#include <memory>

#include <spdlog/logger.h>

namespace hark {

// A logger that appends to `log`, which must outlive it. It belongs to the loop's thread.
[[nodiscard]] std::shared_ptr<spdlog::logger> make_diagnostics(EventLog& log);

}  // namespace hark
