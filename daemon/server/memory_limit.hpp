// The most memory the daemon can use, whatever its peers do: a sum of bounds that are all in the
// sources.
#pragma once

#include "daemon/config/config.hpp"

#include <cstddef>
#include <cstdint>

namespace hark {

// Bytes of resident memory with that many connections, without what the kernel holds for sockets.
[[nodiscard]] std::uint64_t most_memory(const Config& config, std::size_t connections) noexcept;

}  // namespace hark
