// How the generator gets its connections. All of it blocks; what goes wrong is thrown.
#pragma once

#include "common/sys/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hark::bench {

// A server that does nothing for so long has failed.
inline constexpr int PATIENCE_MS = 10'000;

// One connection to a port of the loopback, that does not block from then on.
[[nodiscard]] UniqueFd connect_to(std::uint16_t port);

// As many of them, all of them accepted by the server. `greeted`: each is greeted by a line, which
// is read here.
[[nodiscard]] std::vector<UniqueFd> connect_to(std::uint16_t port, std::size_t count, bool greeted);

}  // namespace hark::bench
