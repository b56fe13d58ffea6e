#include "common/sys/clock.hpp"

namespace hark {

TimePoint SystemClock::monotonic() const noexcept {
    return std::chrono::steady_clock::now();
}

WallTime SystemClock::wall() const noexcept {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace hark
