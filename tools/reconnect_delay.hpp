// How long to wait before a lost connection is tried again: longer each time, until one has held
// for a while.
#pragma once

#include "common/sys/clock.hpp"

#include <algorithm>

namespace hark {

class ReconnectDelay {
   public:
    static constexpr Duration SHORTEST = std::chrono::milliseconds{100};
    static constexpr Duration LONGEST = std::chrono::seconds{5};

    // The next wait. `held`: how long the connection that was lost had lasted.
    [[nodiscard]] Duration next(Duration held) noexcept {
        if (held >= LONGEST) delay_ = SHORTEST;
        const Duration delay = delay_;
        delay_ = std::min(delay_ * 2, LONGEST);
        return delay;
    }

   private:
    Duration delay_ = SHORTEST;
};

}  // namespace hark
