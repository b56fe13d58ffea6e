// How much of something came in a second, over the last second and the last minute, without a
// timer: an idle daemon is not woken to learn that nothing came.
#pragma once

#include "common/sys/clock.hpp"

#include <array>
#include <cstdint>

namespace hark {

class RateMeter {
   public:
    // A mean, in a second. As long as a minute has not passed, of the seconds there were.
    struct Rate {
        double second = 0;
        double minute = 0;
    };

    explicit RateMeter(TimePoint start) noexcept : start_{start} {}

    // So much has come in all.
    void note(TimePoint now, std::uint64_t total) noexcept;

    // Of whole seconds: the one that runs is not over.
    [[nodiscard]] Rate rate(TimePoint now) noexcept;

   private:
    static constexpr std::int64_t KEPT = 64;

    [[nodiscard]] std::int64_t second_of(TimePoint time) const noexcept;
    void advance(std::int64_t second) noexcept;
    // The total at the end of that second; of one before the beginning, nothing.
    [[nodiscard]] std::uint64_t at_end_of(std::int64_t second) const noexcept;

    TimePoint start_;
    std::int64_t second_ = 0;
    std::uint64_t total_ = 0;
    std::array<std::uint64_t, KEPT> totals_{};  // at the end of each of the last seconds
};

}  // namespace hark
