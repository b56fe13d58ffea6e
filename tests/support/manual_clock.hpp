// A clock that only a test moves.
#pragma once

#include "common/sys/clock.hpp"

namespace hark::test {

class ManualClock final : public Clock {
   public:
    // Both clocks start well after zero, so that a test can also go back.
    ManualClock() noexcept = default;
    explicit ManualClock(TimePoint monotonic) noexcept : monotonic_{monotonic} {}

    [[nodiscard]] TimePoint monotonic() const noexcept override { return monotonic_; }
    [[nodiscard]] WallTime wall() const noexcept override { return wall_; }

    // Advances both clocks.
    void advance(Duration step) noexcept {
        monotonic_ += step;
        wall_ += std::chrono::floor<std::chrono::microseconds>(step);
    }
    void set_monotonic(TimePoint time) noexcept { monotonic_ = time; }
    void set_wall(WallTime time) noexcept { wall_ = time; }

   private:
    TimePoint monotonic_{std::chrono::hours{1}};
    // 2026-11-22T10:00:00Z
    WallTime wall_{std::chrono::seconds{1'795'341'600}};
};

}  // namespace hark::test
