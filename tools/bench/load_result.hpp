// What came out of a load.
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
    std::string server{};  // the address that took the connections

    // Messages, those of the warm-up apart.
    std::uint64_t warmup_sent = 0;
    std::uint64_t sent = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t not_stored = 0;      // 451
    std::uint64_t unacknowledged = 0;  // sent, and neither; those of the warm-up among them
    std::uint64_t unsent = 0;          // at a rate: due, and never sent

    // Connections.
    std::uint64_t opened = 0;
    std::uint64_t unreachable = 0;  // could not be made
    std::uint64_t refused = 0;      // 421, in place of the greeting or later
    std::uint64_t lost = 0;         // closed or broken

    LatencyHistogram latency{};  // nanoseconds, to the acknowledgement
    LatencyHistogram delay{};    // at a rate: from when a message was due to when it was sent
    // From the first message that counts to the last acknowledgement; at a rate, at least as long
    // as messages were due.
    double seconds = 0;
    double generator_cpu = 0;  // seconds of our own processor time in this

    std::optional<ServerUsage::Figures> usage{};
    std::string usage_trouble{};  // why there are none

    bool began = false;  // messages were sent
    int status = 0;      // to exit with

    // Of what was acknowledged, a second; `size`: bytes of a message.
    [[nodiscard]] double message_rate() const noexcept {
        return quotient(static_cast<double>(acknowledged), seconds);
    }
    [[nodiscard]] double byte_rate(std::size_t size) const noexcept {
        return message_rate() * static_cast<double>(size);
    }
    // Seconds, by what was acknowledged.
    [[nodiscard]] double generator_cpu_per_message() const noexcept {
        return quotient(generator_cpu, static_cast<double>(acknowledged));
    }
};

}  // namespace hark
