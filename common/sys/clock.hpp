// The program's two clocks behind one interface, which tests can replace.
#pragma once

#include <chrono>

namespace hark {

// CLOCK_MONOTONIC: deadlines and durations.
using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

[[nodiscard]] constexpr double seconds_of(Duration duration) noexcept {
    return std::chrono::duration<double>{duration}.count();
}

// CLOCK_REALTIME in microseconds since the epoch, UTC: the time in records.
using WallTime = std::chrono::sys_time<std::chrono::microseconds>;

class Clock {
   public:
    Clock() noexcept = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    [[nodiscard]] virtual TimePoint monotonic() const noexcept = 0;
    [[nodiscard]] virtual WallTime wall() const noexcept = 0;
};

class SystemClock final : public Clock {
   public:
    [[nodiscard]] TimePoint monotonic() const noexcept override;
    [[nodiscard]] WallTime wall() const noexcept override;
};

}  // namespace hark
