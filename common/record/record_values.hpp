// The values of a record as text, the same in every form of the log: written and read.
#pragma once

#include "common/sys/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hark {

// RFC 3339 in UTC, with microseconds: "2026-11-22T10:00:00.123456Z". What stays the same within a
// second is put together once.
class TimeText {
   public:
    // Valid until the next call.
    [[nodiscard]] std::string_view of(WallTime time) noexcept;

   private:
    std::chrono::sys_seconds second_ = std::chrono::sys_seconds::min();
    std::string text_ = "0000-00-00T00:00:00.000000Z";
};

// Nothing unless `text` has exactly the form that TimeText gives.
[[nodiscard]] std::optional<WallTime> parse_record_time(std::string_view text) noexcept;

// Seconds with three decimals: "2.417". A negative duration is written as none.
void append_seconds(std::string& into, Duration duration);
// Nothing unless `text` is a plain decimal number of at most 1e9 seconds.
[[nodiscard]] std::optional<Duration> parse_seconds(std::string_view text) noexcept;

// Nothing unless `text` is a number as JSON writes one, of 64 bits and without a sign.
[[nodiscard]] std::optional<std::uint64_t> parse_count(std::string_view text) noexcept;

// Of a flag that is set; one that is not is left out.
inline constexpr std::string_view FLAG_VALUE = "true";

}  // namespace hark
