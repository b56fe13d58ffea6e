// The daemon's replies about itself (org.harkd.Status) and its clients (org.harkd.Clients).
#pragma once

#include "common/varlink/json_fwd.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hark {

struct RateStatus {  // per second
    double second = 0;
    double minute = 0;
};

struct TlsStatus {
    std::string certificate{};         // its file
    std::string expires{};             // RFC 3339, in UTC; empty: not known
    bool client_certificates = false;  // are required
};

// How a listener's clients are served, in the words of the configuration.
struct ListeningStatus {
    std::string address{};
    std::string framing = "auto";
    std::string charset = "auto";
    std::string replies = "text";
    bool telnet = true;
    std::string record_connections = "all";
    std::optional<TlsStatus> tls{};
};

// Named as in [limits] of the configuration; 0: no limit.
struct LimitsStatus {
    std::uint64_t connections = 0;
    std::uint64_t connections_per_address = 0;
    std::uint64_t connections_per_network = 0;
    std::uint64_t new_connections_per_second = 0;
    std::uint64_t messages_per_second = 0;
    std::uint64_t bytes_per_second = 0;
    std::vector<std::string> exempt{};  // addresses and networks
};

// All limits of `limits` by name, including those not set.
using NamedLimit = std::pair<std::string_view, std::uint64_t>;
[[nodiscard]] std::array<NamedLimit, 6> named_limits(const LimitsStatus& limits) noexcept;

// The state of a NATS JetStream stream.
struct StreamStatus {
    std::string server{};  // empty: not connected
    std::string version{};
    std::string leader{};  // empty: unknown
    std::uint64_t replicas = 0;
    std::vector<std::string> missing{};  // servers whose copies are behind or missing
    std::uint64_t sequence = 0;
    std::uint64_t batches = 0;
    std::uint64_t retries = 0;
    std::uint64_t batch_bytes = 0;
    double latency = 0;  // seconds
    std::uint64_t reconnects = 0;
};

struct SinkStatus {
    std::string name{};
    std::string state{};  // "clear", "busy", "blocked", "refusing", "gone"
    std::string reason{};
    std::uint64_t lag = 0;  // records
    std::uint64_t lag_bytes = 0;
    std::uint64_t pauses = 0;
    double paused_seconds = 0;
    std::optional<double> paused_since_seconds{};
    std::optional<StreamStatus> stream{};
};

struct DaemonStatus {
    std::string version{};
    std::string run{};
    std::uint64_t pid = 0;
    double uptime = 0;  // seconds
    std::vector<std::string> listeners{};
    std::vector<ListeningStatus> listening{};  // the same in detail; empty: an older daemon
    std::uint64_t connections = 0;
    std::uint64_t max_connections = 0;
    std::uint64_t connections_total = 0;
    std::uint64_t proxy_local = 0;         // of proxies that spoke for themselves: health checks
    std::uint64_t unused_connections = 0;  // closed without a byte, and not recorded
    LimitsStatus limits{};
    std::uint64_t refused = 0;
    std::vector<std::pair<std::string, std::uint64_t>> refusals{};  // by reason
    std::uint64_t slowed = 0;  // connections that are over a rate now
    std::uint64_t probes = 0;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    std::uint64_t discarded = 0;  // bytes
    RateStatus message_rate;
    RateStatus byte_rate;
    std::vector<std::pair<std::string, std::uint64_t>> charsets{};
    bool accepting = true;
    std::vector<SinkStatus> sinks{};
    std::uint64_t memory = 0;  // bytes
    // The most that memory can be, with this configuration; 0: an older daemon.
    std::uint64_t memory_limit = 0;
    double cpu = 0;          // seconds
    double latency_p50 = 0;  // seconds, as are the others
    double latency_p99 = 0;
    double latency_max = 0;
    std::uint64_t tails = 0;
    std::uint64_t tail_dropped = 0;  // records
    std::uint64_t restarts = 0;      // in place
    bool restarting = false;         // one is under way
};

struct ClientStatus {
    std::uint64_t id = 0;
    std::string peer{};
    std::string via{};    // the proxy it came through; empty: none
    std::string cert{};   // the name in its certificate; empty: none
    std::string local{};  // the local address of the connection
    double age = 0;       // seconds
    double idle = 0;      // seconds
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    std::string charset{};  // empty: not known yet
    std::string framing{};
    std::string replies = "text";  // or "none", "ack"
    bool reading = true;
    bool limited = false;  // its address is over a rate: it is not read now
    std::uint64_t unread_replies = 0;
};

struct ClientPage {
    std::vector<ClientStatus> clients{};
    std::optional<std::uint64_t> next;  // more clients follow after this number
};

// Nothing if `reply` is not a valid one; then `fault` names the offending key.
[[nodiscard]] std::optional<DaemonStatus> read_status(const varlink::Json& reply,
                                                      std::string& fault);
// `after`: as in the request. Numbers in a page must ascend from there, so that paging ends.
[[nodiscard]] std::optional<ClientPage> read_clients(const varlink::Json& reply,
                                                     std::uint64_t after, std::string& fault);

}  // namespace hark
