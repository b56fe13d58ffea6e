#include "tools/terminal/quantity_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace hark {

namespace {

constexpr double TEN = 9.95;  // from here on, a decimal adds nothing

std::string with_unit(double value, const char* unit) {
    return value < TEN ? fmt::format("{:.1f}{}", value, unit)
                       : fmt::format("{:.0f}{}", value, unit);
}

}  // namespace

std::string duration_text(double seconds) {
    constexpr double LEAST = 0.05;  // smaller values would round to less than 0.1
    constexpr double LONGEST = 1e12;
    constexpr std::uint64_t MINUTE = 60;
    constexpr std::uint64_t HOUR = 60 * MINUTE;
    constexpr std::uint64_t DAY = 24 * HOUR;
    if (!(seconds >= LEAST)) return "0s";
    if (seconds < TEN) return fmt::format("{:.1f}s", seconds);
    const auto whole = static_cast<std::uint64_t>(std::min(std::round(seconds), LONGEST));
    if (whole < MINUTE) return fmt::format("{}s", whole);
    if (whole < HOUR) return fmt::format("{}m{:02}s", whole / MINUTE, whole % MINUTE);
    if (whole < DAY) return fmt::format("{}h{:02}m", whole / HOUR, whole % HOUR / MINUTE);
    return fmt::format("{}d{:02}h", whole / DAY, whole % DAY / HOUR);
}

std::string latency_text(double seconds) {
    constexpr double MILLI = 1e-3;
    constexpr double MICRO = 1e-6;
    if (seconds < MILLI - MICRO / 2) return fmt::format("{:.0f}us", seconds / MICRO);
    if (seconds < 1 - MILLI / 2) return with_unit(seconds / MILLI, "ms");
    return fmt::format("{:.2f}s", seconds);
}

std::string size_text(double bytes) {
    static constexpr std::array UNITS{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    constexpr double STEP = 1024;
    constexpr double LAST = STEP - 0.5;  // would round up to the next unit
    std::size_t unit = 0;
    while (bytes >= LAST && unit + 1 < UNITS.size()) {
        bytes /= STEP;
        ++unit;
    }
    return unit == 0 ? fmt::format("{:.0f}B", bytes) : with_unit(bytes, UNITS[unit]);
}

std::string rate_text(double rate) {
    constexpr double LEAST = 0.05;
    return rate < LEAST ? "0" : with_unit(rate, "");
}

}  // namespace hark
