// How much memory the daemon can use at most, whatever its peers do: a sum of bounds that all stand
// in the sources.
#pragma once

#include "daemon/config/config.hpp"

#include <cstddef>
#include <cstdint>

namespace hark {

// Bytes of resident memory with that many connections; what the kernel holds for sockets is not
// among them.
[[nodiscard]] std::uint64_t most_memory(const Config& config, std::size_t connections) noexcept;

}  // namespace hark
