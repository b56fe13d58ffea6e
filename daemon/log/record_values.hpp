// The values of a record as text, the same in every form of the log.
#pragma once

#include "common/sys/clock.hpp"

#include <chrono>
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

// Seconds with three places: "2.417". Less than none is none.
void append_seconds(std::string& into, Duration duration);

}  // namespace hark
