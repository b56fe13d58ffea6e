// When messages are due at a rate, whether or not earlier ones are answered (an open loop): message
// by message, to the connections in turn. It is computed and not kept, so that a server that cannot
// follow costs the same memory as one that can; and latency counts from here, so that a server's
// pause is in the latency of all that fell due in it, sent or not ("coordinated omission", Gil
// Tene).
#pragma once

#include "common/sys/clock.hpp"

#include <cstdint>

namespace hark {

class Schedule {
   public:
    Schedule() noexcept = default;
    // `rate` messages a second over `connections`, the first one at `start`.
    Schedule(TimePoint start, double rate, std::uint64_t connections) noexcept
        : start_{start}, rate_{rate}, connections_{connections} {}

    // When message `number`, from 0, of connection `connection`, from 0, is due.
    [[nodiscard]] TimePoint due_at(std::uint64_t connection, std::uint64_t number) const noexcept;
    // When message `number` of all is due.
    [[nodiscard]] TimePoint due_at(std::uint64_t number) const noexcept;
    // How many of all have been due at `now`; what is due at `now` itself counts.
    [[nodiscard]] std::uint64_t due(TimePoint now) const noexcept;
    // How many of the first `due` of all are those of a connection.
    [[nodiscard]] std::uint64_t share(std::uint64_t due, std::uint64_t connection) const noexcept;

   private:
    TimePoint start_{};
    double rate_ = 1;
    std::uint64_t connections_ = 1;
};

}  // namespace hark
