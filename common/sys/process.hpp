// What the kernel counts of this process, and what it allows it.
#pragma once

#include "common/sys/clock.hpp"

#include <cstdint>

namespace hark::sys {

// What it has needed of processors since its start, all of its threads, and the kernel for it
// (getrusage(2)).
[[nodiscard]] Duration processor_time() noexcept;

// As many descriptors as the hard limit allows (getrlimit(2)). Returns how many it may have now, or
// -errno.
[[nodiscard]] std::int64_t raise_descriptor_limit() noexcept;

}  // namespace hark::sys
