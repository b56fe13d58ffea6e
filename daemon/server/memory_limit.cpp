#include "daemon/server/memory_limit.hpp"

#include "daemon/connection/connection.hpp"
#include "daemon/control/control_server.hpp"
#include "daemon/limits/address_table.hpp"

#include <algorithm>

namespace hark {

namespace {

constexpr std::uint64_t KIB = 1024;
constexpr std::uint64_t MIB = 1024 * KIB;

// The program, its libraries, and what exists once: tables of charsets, the input of one read,
// pending replies.
constexpr std::uint64_t PROGRAM = 24 * MIB;
// Records that a sink has not taken yet, in buffers that double when they grow.
constexpr std::uint64_t SINK = 16 * MIB;
// In addition, for a stream: a batch being sent, and a server's answer being read, which contains
// the last message in base64.
constexpr std::uint64_t STREAM = 24 * MIB;
// A charset's tables, in the C library.
constexpr std::uint64_t LISTENER = 1 * MIB;
// What may be allocated for a connection besides the object: replies that the peer does not read
// and operators' lines (Outbox), held input (HeldInput), input over a rate (RateWait), a kick.
constexpr std::uint64_t CONNECTION_EXTRA = 16 * KIB;
// A connection's part of a restart's state, while the next process reads it. Anything long is in
// the extra above, which is more than is needed at a time.
constexpr std::uint64_t CONNECTION_STATE = 3 * KIB;
// OpenSSL's state of a connection, with buffers while it is used.
constexpr std::uint64_t TLS_SESSION = 64 * KIB;
// A call as JSON, the reply, and records that a follower does not read.
constexpr std::uint64_t CONTROL_CLIENT = 1 * MIB;

}  // namespace

std::uint64_t most_memory(const Config& config, std::size_t connections) noexcept {
    const std::uint64_t addresses =
        config.peer_limits.by_address() ? AddressTable::most_memory(connections) : 0;
    const bool tls = std::ranges::any_of(
        config.listeners, [](const ListenerConfig& listener) { return listener.tls.has_value(); });
    const auto streams = static_cast<std::uint64_t>(
        std::ranges::count(config.sinks, SinkConfig::Kind::nats, &SinkConfig::kind));
    return PROGRAM + STREAM * streams + (tls ? TLS_SESSION * connections : 0) +
           SINK * config.sinks.size() + LISTENER * config.listeners.size() +
           (sizeof(Connection) + CONNECTION_EXTRA + CONNECTION_STATE) * connections + addresses +
           CONTROL_CLIENT * ControlServer::MAX_CLIENTS;
}

}  // namespace hark
