// How long to wait before a lost connection is tried again: longer each time, until one has held
// for a while.
#pragma once

#include "common/sys/clock.hpp"

#include <algorithm>

namespace hark {

class ReconnectDelay {
   public:
    struct Limits {
        Duration shortest;
        Duration longest;
        Duration good;  // a connection that held for so long was a good one
    };

    explicit ReconnectDelay(const Limits& limits) noexcept
        : limits_{limits}, delay_{limits.shortest} {}

    // The other side is well: the next wait is the shortest again.
    void start_over() noexcept { delay_ = limits_.shortest; }

    // The next wait. `held`: how long the connection that was lost had lasted.
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
