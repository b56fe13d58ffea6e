// The values of a record as text, in the form common to all logs: writing and parsing.
#pragma once

#include "common/sys/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hark {

// RFC 3339 in UTC, with microseconds: "2026-11-22T10:00:00.123456Z". Caches what stays the same
// within a second.
class TimeText {
   public:
    // Valid until the next call.
    [[nodiscard]] std::string_view of(WallTime time) noexcept;

   private:
    std::chrono::sys_seconds second_ = std::chrono::sys_seconds::min();
    std::string text_ = "0000-00-00T00:00:00.000000Z";
};

// Nothing unless `text` has exactly the form that TimeText produces.
[[nodiscard]] std::optional<WallTime> parse_record_time(std::string_view text) noexcept;

// Seconds with three decimals: "2.417". Negative durations become 0.
void append_seconds(std::string& into, Duration duration);
// Nothing unless `text` is a plain decimal number of at most 1e9 seconds.
[[nodiscard]] std::optional<Duration> parse_seconds(std::string_view text) noexcept;

// Nothing unless `text` is an unsigned 64-bit integer in JSON form.
[[nodiscard]] std::optional<std::uint64_t> parse_count(std::string_view text) noexcept;

// The value of a flag that is set; otherwise it is left out.
inline constexpr std::string_view FLAG_VALUE = "true";

}  // namespace hark
