// How the generator connects. Everything blocks; errors are thrown.
#pragma once

#include "bench/wire.hpp"
#include "common/sys/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

#include <netinet/in.h>

namespace hark::bench {

// A server that makes no progress for this long has failed.
inline constexpr int PATIENCE_MS = 10'000;

// One connection to a port on loopback, non-blocking once connected.
[[nodiscard]] UniqueFd connect_to(std::uint16_t port, in_addr_t host = INADDR_LOOPBACK);

// The same from the address `source`. `buffer`, if above 0, limits what the kernel buffers in
// either direction.
[[nodiscard]] UniqueFd connect_from(in_addr_t source, std::uint16_t port, int buffer);

// `count` connections, all accepted by the server. `greeted`: the server greets each with a line,
// which is consumed here. `tls`: null for plain text.
[[nodiscard]] std::vector<Wire> connect_to(std::uint16_t port, std::size_t count, bool greeted,
                                           SSL_CTX* tls);

}  // namespace hark::bench
