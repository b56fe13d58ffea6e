// The result of a load.
#pragma once

#include "tools/bench/latency_histogram.hpp"
#include "tools/bench/quotient.hpp"
#include "tools/bench/server_usage.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace hark {

struct LoadResult {
    std::string server{};  // the address that accepted the connections

    // Messages, without the warm-up.
    std::uint64_t warmup_sent = 0;
    std::uint64_t sent = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t not_stored = 0;      // 451
    std::uint64_t unacknowledged = 0;  // sent, but neither of these; including the warm-up
    std::uint64_t unsent = 0;          // with a rate: due, but never sent

    // Connections.
    std::uint64_t opened = 0;
    std::uint64_t unreachable = 0;  // could not connect
    std::uint64_t refused = 0;      // 421, in place of the greeting or later
    std::uint64_t lost = 0;         // closed or broken
    std::uint64_t handshakes = 0;   // successful ones, of TLS
    double handshake_seconds = 0;   // during which at least one was under way

    LatencyHistogram latency{};  // nanoseconds, to the acknowledgement
    LatencyHistogram delay{};    // with a rate: from the due time of a message until it was sent
    // From the first message that counts to the last acknowledgement; with a rate, at least as long
    // as messages were due.
    double seconds = 0;
    double generator_cpu = 0;  // of this process, in that time

    std::optional<ServerUsage::Figures> usage{};
    std::string usage_trouble{};  // why `usage` is missing

    bool began = false;  // messages were sent
    int status = 0;      // exit status

    // Acknowledged messages per second; `size`: bytes per message.
    [[nodiscard]] double message_rate() const noexcept {
        return quotient(static_cast<double>(acknowledged), seconds);
    }
    [[nodiscard]] double byte_rate(std::size_t size) const noexcept {
        return message_rate() * static_cast<double>(size);
    }
    [[nodiscard]] double handshake_rate() const noexcept {
        return quotient(static_cast<double>(handshakes), handshake_seconds);
    }
    // Seconds per acknowledged message.
    [[nodiscard]] double generator_cpu_per_message() const noexcept {
        return quotient(generator_cpu, static_cast<double>(acknowledged));
    }
};

}  // namespace hark
