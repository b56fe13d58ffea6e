// Opens what `hark log` reads.
#pragma once

#include "common/loop/callback.hpp"
#include "tools/records/log_filter.hpp"
#include "tools/records/log_source.hpp"

#include <memory>

namespace hark {

class EventLoop;

// Journal files are read as one journal, others one after the other; both kinds together are
// refused. All arguments must outlive the source. Throws UsageError and std::runtime_error.
[[nodiscard]] std::unique_ptr<LogSource> open_source(EventLoop& loop, const LogFilter& filter,
                                                     const LogInput& input,
                                                     Callback<void()> on_more);

}  // namespace hark
