// The options of `hark bench`.
#pragma once

#include "common/net/endpoint.hpp"
#include "common/sys/clock.hpp"
#include "tools/bench/mix.hpp"
#include "tools/peer/tls_client.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace hark {

struct BenchOptions {
    static constexpr std::size_t MAX_CONNECTIONS = 60000;  // limited by the ports of one address
    static constexpr std::uint64_t MAX_PIPELINE = 65536;
    static constexpr double LEAST_RATE = 0.001;
    static constexpr double MAX_RATE = 1e8;
    static constexpr Duration USUAL_DURATION = std::chrono::seconds{10};

    Endpoint server;
    std::shared_ptr<const TlsClient> tls{};  // null: without TLS
    std::string control;                     // path of the control socket; empty: the default paths
    bool json = false;
    std::size_t connections = 50;
    std::size_t size = 64;  // bytes per message
    // The most messages in flight on a connection. Unset: one; with a rate, as many as the
    // connection takes.
    std::optional<std::uint64_t> pipeline{};
    std::optional<double> rate{};             // messages per second, over all connections
    std::optional<Duration> duration{};       // unset: USUAL_DURATION, unless there is a count
    std::optional<std::uint64_t> messages{};  // to send
    Duration warmup{};
    Mix charsets{MixPart{}};                      // kinds of LoadCharset
    Mix framings{MixPart{}};                      // kinds of LoadFraming
    Duration timeout = std::chrono::seconds{30};  // zero: no timeout
};

// Throws UsageError if they conflict.
void check_bench_options(const BenchOptions& options);

}  // namespace hark
