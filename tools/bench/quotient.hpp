// Figures per second or per message.
#pragma once

namespace hark {

// 0 if the divisor is 0.
[[nodiscard]] constexpr double quotient(double of, double by) noexcept {
    return by > 0 ? of / by : 0;
}

}  // namespace hark
