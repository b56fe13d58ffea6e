// This process's resource usage and limits.
#pragma once

#include "common/sys/clock.hpp"

#include <cstdint>

namespace hark::sys {

// Processor time used since its start, by all threads, in user and kernel mode (getrusage(2)).
[[nodiscard]] Duration processor_time() noexcept;

// Raises the descriptor limit to the hard limit (getrlimit(2)). Returns the new limit, or -errno.
[[nodiscard]] std::int64_t raise_descriptor_limit() noexcept;

}  // namespace hark::sys
