// The state of the daemon as a whole, as plain data: the reply to Status, except for what the
// control server itself knows.
#pragma once

#include "common/sys/clock.hpp"
#include "daemon/config/limits.hpp"
#include "daemon/log/event_log.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hark {

struct ServiceStatus {
    struct Rate {  // per second
        double second = 0;
        double minute = 0;
    };

    struct Tls {
        std::string_view certificate{};     // its file
        std::optional<WallTime> expires{};  // of the one in use
        bool client_certificates = false;   // required
    };

    // As configured, in the words of the configuration.
    struct Listening {
        std::string_view address{};
        std::string_view framing{};
        std::string_view charset{};
        std::string_view replies{};
        bool telnet = true;
        std::string_view record_connections{};
        std::optional<Tls> tls{};
    };

    std::string_view version{};
    std::string_view run{};
    std::uint64_t pid = 0;
    Duration uptime{};
    std::vector<Listening> listening{};
    std::uint64_t connections = 0;
    std::uint64_t max_connections = 0;
    std::uint64_t connections_total = 0;
    std::uint64_t unused_connections = 0;  // without a byte, where only used ones are recorded
    PeerLimits limits{};                   // as configured
    std::uint64_t refused = 0;
    // Rejected peers by the reason.
    std::vector<std::pair<std::string_view, std::uint64_t>> refusals{};
    std::uint64_t slowed = 0;       // connections that wait because their address is over a rate
    std::uint64_t proxy_local = 0;  // connections of proxies for themselves
    std::uint64_t probes = 0;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    std::uint64_t discarded = 0;  // bytes
    Rate message_rate{};
    Rate byte_rate{};
    // Messages by charset; "bytes": not all of it was text in one.
    std::vector<std::pair<std::string_view, std::uint64_t>> charsets{};
    bool accepting = true;
    std::vector<SinkHealth> sinks{};
    std::uint64_t memory = 0;  // resident bytes
    std::uint64_t memory_limit = 0;
    Duration cpu{};
    Duration latency_p50{};
    Duration latency_p99{};
    Duration latency_max{};
    std::uint64_t restarts = 0;  // in place
    bool restarting = false;     // one is under way
};

}  // namespace hark
