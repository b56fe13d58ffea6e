// How long to wait before reconnecting: longer each time, until a connection has lasted for a
// while.
#pragma once

#include "common/sys/clock.hpp"

#include <algorithm>

namespace hark {

class ReconnectDelay {
   public:
    struct Limits {
        Duration shortest;
        Duration longest;
        Duration good;  // a connection that lasted this long resets the delay
    };

    explicit ReconnectDelay(const Limits& limits) noexcept
        : limits_{limits}, delay_{limits.shortest} {}

    // The server is well: start again with the shortest delay.
    void start_over() noexcept { delay_ = limits_.shortest; }

    // The next delay. `held`: how long the lost connection had lasted.
    [[nodiscard]] Duration next(Duration held) noexcept {
        if (held >= limits_.good) start_over();
        const Duration delay = delay_;
        delay_ = std::min(delay_ * 2, limits_.longest);
        return delay;
    }

   private:
    Limits limits_;
    Duration delay_;
};

}  // namespace hark
