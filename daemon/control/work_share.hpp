// Limits one kind of work to a quarter of the loop's time, however much there is. The time taken is
// measured and compensated by waiting: a token bucket of time.
#pragma once

#include "common/sys/clock.hpp"

#include <algorithm>
#include <chrono>

namespace hark {

class WorkShare {
   public:
    // The share is 1/PARTS.
    static constexpr int PARTS = 4;
    // The most credit that accumulates while there is no work.
    static constexpr Duration SAVED = std::chrono::milliseconds{1};
    // The most debt: a piece that took longer was probably waiting for the processor.
    static constexpr Duration OWED = std::chrono::milliseconds{5};

    // How long the next piece must wait; 0: it may start now.
    [[nodiscard]] Duration wait(TimePoint now) noexcept {
        credit_ = std::min(SAVED, credit_ + (now - since_) / PARTS);
        since_ = now;
        return credit_ > Duration{} ? Duration{} : Duration{PARTS} - credit_ * PARTS;
    }
    // A piece has taken `time`.
    void spend(Duration time) noexcept { credit_ = std::max(credit_ - time, -OWED); }

   private:
    Duration credit_ = SAVED;
    TimePoint since_{};
};

}  // namespace hark
