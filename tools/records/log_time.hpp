// Parses times as people write them.
#pragma once

#include "common/sys/clock.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace hark {

// The forms of journalctl that people use; local time unless they say otherwise:
//
//     2026-11-22 10:00:00.5   seconds, fraction or the whole time may be left out; "T" may separate
//     Sun 2026-11-22 10:00    with the day of the week, which must be right
//     10:00:00                today; seconds may be left out
//     now, today, yesterday 10:00, tomorrow
//     -1h, +5min, "1h 30min ago"
//     @1795341600.5           seconds since the epoch
//     2026-11-22T10:00:00Z    UTC; also +08:00
//     yesterday 10:00 Asia/Shanghai
//
// Nothing if it is none of these. `now`: the base of relative times. `twice`: which one is meant if
// a local time occurs twice because the clock was set back.
enum class Twice : std::uint8_t { first, second };
[[nodiscard]] std::optional<WallTime> parse_log_time(std::string_view text, WallTime now,
                                                     Twice twice);

}  // namespace hark
