// Figures a second, and a message.
#pragma once

namespace hark {

// 0 where there is nothing to divide by.
[[nodiscard]] constexpr double quotient(double of, double by) noexcept {
    return by > 0 ? of / by : 0;
}

}  // namespace hark
