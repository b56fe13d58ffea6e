// A rate over the last second and the last minute, computed without a timer: an idle daemon is not
// woken just to count nothing.
#pragma once

#include "common/sys/clock.hpp"

#include <array>
#include <cstdint>

namespace hark {

class RateMeter {
   public:
    // Means per second. In the first minute, over the seconds so far.
    struct Rate {
        double second = 0;
        double minute = 0;
    };

    // `total`: the count at `start`.
    explicit RateMeter(TimePoint start, std::uint64_t total = 0) noexcept
        : start_{start}, before_{total}, total_{total} {}

    // `total`: the count since the start.
    void note(TimePoint now, std::uint64_t total) noexcept;

    // Over whole seconds: the current one is not finished.
    [[nodiscard]] Rate rate(TimePoint now) noexcept;

   private:
    static constexpr std::int64_t KEPT = 64;

    [[nodiscard]] std::int64_t second_of(TimePoint time) const noexcept;
    void advance(std::int64_t second) noexcept;
    // The total at the end of that second, or at the start.
    [[nodiscard]] std::uint64_t at_end_of(std::int64_t second) const noexcept;

    TimePoint start_;
    std::uint64_t before_;
    std::int64_t second_ = 0;
    std::uint64_t total_;
    std::array<std::uint64_t, KEPT> totals_{};  // at the end of each of the last seconds
};

}  // namespace hark
