// When messages are due at a given rate, whether or not earlier ones are answered (an open loop):
// one message at a time, to the connections in turn. Due times are computed, not stored, so a
// server that falls behind costs no more memory than one that keeps up. Latency counts from the due
// time, so a server's pause shows in the latency of all messages due in it, sent or not
// ("coordinated omission", Gil Tene).
#pragma once

#include "common/sys/clock.hpp"

#include <cstdint>

namespace hark {

class Schedule {
   public:
    Schedule() noexcept = default;
    // `rate`: messages per second over all `connections`; the first is due at `start`.
    Schedule(TimePoint start, double rate, std::uint64_t connections) noexcept
        : start_{start}, rate_{rate}, connections_{connections} {}

    // When message `number` of connection `connection` is due; both count from 0.
    [[nodiscard]] TimePoint due_at(std::uint64_t connection, std::uint64_t number) const noexcept;
    // When message `number` of all messages is due.
    [[nodiscard]] TimePoint due_at(std::uint64_t number) const noexcept;
    // How many messages are due up to and including `now`.
    [[nodiscard]] std::uint64_t due(TimePoint now) const noexcept;
    // How many of the first `due` messages belong to a connection.
    [[nodiscard]] std::uint64_t share(std::uint64_t due, std::uint64_t connection) const noexcept;

   private:
    TimePoint start_{};
    double rate_ = 1;
    std::uint64_t connections_ = 1;
};

}  // namespace hark
