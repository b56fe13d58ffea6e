// How much of the loop's time one kind of work may take: a quarter, however much of it there is.
// What it takes is measured, and made up for by waiting: a token bucket, of time.
#pragma once

#include "common/sys/clock.hpp"

#include <algorithm>
#include <chrono>

namespace hark {

class WorkShare {
   public:
    // One part of so many.
    static constexpr int PARTS = 4;
    // What may be saved up while there is nothing to do.
    static constexpr Duration SAVED = std::chrono::milliseconds{1};
    // And owed: a piece that takes longer has rather waited for the processor itself.
    static constexpr Duration OWED = std::chrono::milliseconds{5};

    // How long the next piece has to wait; 0: it may be done now.
    [[nodiscard]] Duration wait(TimePoint now) noexcept {
        credit_ = std::min(SAVED, credit_ + (now - since_) / PARTS);
        since_ = now;
        return credit_ > Duration{} ? Duration{} : Duration{PARTS} - credit_ * PARTS;
    }
    // A piece has taken so long.
    void spend(Duration time) noexcept { credit_ = std::max(credit_ - time, -OWED); }

   private:
    Duration credit_ = SAVED;
    TimePoint since_{};
};

}  // namespace hark
