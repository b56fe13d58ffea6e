// The state of the daemon as a whole, as plain data: the reply to Status, except for what the
// control server itself knows.
#pragma once

#include "common/sys/clock.hpp"
#include "daemon/log/event_log.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hark {

struct ServiceStatus {
    struct Rate {  // per second
        double second = 0;
        double minute = 0;
    };

    std::string_view version{};
    std::string_view run{};
    std::uint64_t pid = 0;
    Duration uptime{};
    std::vector<std::string_view> listeners{};
    std::uint64_t connections = 0;
    std::uint64_t max_connections = 0;
    std::uint64_t connections_total = 0;
    std::uint64_t refused = 0;
    std::uint64_t probes = 0;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    std::uint64_t discarded = 0;  // bytes
    Rate message_rate{};
    Rate byte_rate{};
    std::uint64_t in_utf8 = 0;  // messages
    std::uint64_t in_gb18030 = 0;
    std::uint64_t kept_as_bytes = 0;
    bool accepting = true;
    std::vector<SinkHealth> sinks{};
    std::uint64_t memory = 0;  // resident bytes
    Duration cpu{};
    Duration latency_p50{};
    Duration latency_p99{};
    Duration latency_max{};
};

}  // namespace hark
