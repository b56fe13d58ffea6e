// Points in time as people write them.
#pragma once

#include "common/sys/clock.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace hark {

// The forms of journalctl that people use, of local time unless they say otherwise:
//
//     2026-11-22 10:00:00.5   the seconds, their fraction and the time may be left out; "T" between
//     10:00:00                of today; the seconds may be left out
//     now, today, yesterday, tomorrow
//     -1h, +5min, "1h 30min ago"
//     @1795341600.5           seconds since the epoch
//     2026-11-22T10:00:00Z    UTC; also +08:00
//
// Nothing when it is none of these. `now`: what it is counted from. `twice`: which of the two is
// meant where the clock was put back and a local time came a second time.
enum class Twice : std::uint8_t { first, second };
[[nodiscard]] std::optional<WallTime> parse_log_time(std::string_view text, WallTime now,
                                                     Twice twice);

}  // namespace hark
