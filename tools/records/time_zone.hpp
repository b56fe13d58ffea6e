// Local time somewhere else.
#pragma once

#include <optional>
#include <string>

namespace hark {

// Whether the C library knows a time zone by this name of the tz database: "Europe/Berlin", "UTC".
[[nodiscard]] bool is_time_zone(const std::string& name);

// While it lives, local time is that of the zone. It sets TZ, so use it only at start-up, with one
// thread.
class TimeZoneForNow {
   public:
    explicit TimeZoneForNow(const std::string& name);
    ~TimeZoneForNow();
    TimeZoneForNow(const TimeZoneForNow&) = delete;
    TimeZoneForNow& operator=(const TimeZoneForNow&) = delete;

   private:
    std::optional<std::string> before_;
};

}  // namespace hark
