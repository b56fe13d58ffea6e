// The values of a record as text, the same in every form of the log.
#pragma once

#include "common/sys/clock.hpp"

#include <string>

namespace hark {

// RFC 3339 in UTC, with microseconds: "2026-11-22T10:00:00.123456Z".
void append_time(std::string& into, WallTime time);

// Seconds with three places: "2.417". Less than none is none.
void append_seconds(std::string& into, Duration duration);

}  // namespace hark
