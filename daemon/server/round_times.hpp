// How long the loop's rounds took in the last 30 to 60 seconds: a histogram whose bins are at most
// 1/8 of their values wide.
#pragma once

#include "common/stats/histogram.hpp"
#include "common/sys/clock.hpp"

#include <cstdint>

namespace hark {

class RoundTimes {
   public:
    struct Summary {
        Duration p50{};
        Duration p99{};
        Duration max{};
    };

    // A round that ended at `now` took `work`.
    void note(TimePoint now, Duration work) noexcept;

    [[nodiscard]] Summary summary(TimePoint now) noexcept;

   private:
    using Times = Histogram<3, std::uint32_t>;  // nanoseconds

    struct Window {
        Times times;
        std::uint64_t rounds = 0;
        Duration max{};
    };

    void turn(TimePoint now) noexcept;

    TimePoint began_{};
    Window current_;
    Window previous_;
};

}  // namespace hark
