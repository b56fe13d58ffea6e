// How long the rounds of the loop took, over the last half to whole minute: a histogram whose
// buckets are at most an eighth wider than what is in them.
#pragma once

#include "common/sys/clock.hpp"

#include <array>
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
    // Eight buckets for each power of two, in nanoseconds.
    static constexpr unsigned STEPS = 8;
    static constexpr std::size_t BUCKETS = 64 * STEPS;

    struct Window {
        std::array<std::uint32_t, BUCKETS> counts{};
        std::uint64_t rounds = 0;
        Duration max{};
    };

    [[nodiscard]] static std::size_t bucket_of(Duration work) noexcept;
    [[nodiscard]] static Duration upper_end(std::size_t bucket) noexcept;
    [[nodiscard]] Duration percentile(unsigned percent) const noexcept;
    void turn(TimePoint now) noexcept;

    TimePoint began_{};
    Window current_;
    Window previous_;
};

}  // namespace hark
