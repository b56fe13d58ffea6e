// Quantities for people, in as few characters as are useful. All are ASCII, the same in every
// language.
#pragma once

#include <cstdint>
#include <string>

namespace hark {

// "0.3s", "42s", "2m05s", "3h04m", "5d06h"
[[nodiscard]] std::string duration_text(double seconds);
// "0us", "12us", "1.2ms", "0.31s": for times that should be short
[[nodiscard]] std::string latency_text(double seconds);
// "512B", "1.5KiB", "12MiB"
[[nodiscard]] std::string size_text(double bytes);
// "0", "0.3", "12", "4567"
[[nodiscard]] std::string rate_text(double rate);

}  // namespace hark
