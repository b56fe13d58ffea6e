#include "tools/records/log_time.hpp"

#include "tools/records/text_reader.hpp"
#include "tools/records/time_zone.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <string>

namespace hark {

namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

// No log has times further than this from now or from the epoch.
constexpr double MOST_SECONDS = 1e11;

struct Unit {
    std::string_view name;
    double seconds;
};

// systemd.time(7)
constexpr double MINUTE = 60;
constexpr double HOUR = 60 * MINUTE;
constexpr double DAY = 24 * HOUR;
constexpr double WEEK = 7 * DAY;
constexpr double MONTH = 30.44 * DAY;
constexpr double YEAR = 365.25 * DAY;
constexpr std::array UNITS{
    Unit{"", 1},           Unit{"s", 1},           Unit{"sec", 1},
    Unit{"second", 1},     Unit{"seconds", 1},     Unit{"m", MINUTE},
    Unit{"min", MINUTE},   Unit{"minute", MINUTE}, Unit{"minutes", MINUTE},
    Unit{"h", HOUR},       Unit{"hr", HOUR},       Unit{"hour", HOUR},
    Unit{"hours", HOUR},   Unit{"d", DAY},         Unit{"day", DAY},
    Unit{"days", DAY},     Unit{"w", WEEK},        Unit{"week", WEEK},
    Unit{"weeks", WEEK},   Unit{"M", MONTH},       Unit{"month", MONTH},
    Unit{"months", MONTH}, Unit{"y", YEAR},        Unit{"year", YEAR},
    Unit{"years", YEAR},   Unit{"ms", 1e-3},       Unit{"us", 1e-6},
};

std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::optional<microseconds> to_microseconds(double count) noexcept {
    if (!(std::abs(count) <= MOST_SECONDS)) return std::nullopt;
    return microseconds{std::llround(count * 1e6)};
}

// "1h 30min", in seconds.
std::optional<double> parse_span(std::string_view text) {
    TextReader reader{trimmed(text)};
    if (reader.at_end()) return std::nullopt;
    double total = 0;
    while (!reader.at_end()) {
        const std::optional<double> count = reader.decimal();
        if (!count) return std::nullopt;
        reader.skip_blanks();
        const std::string_view unit = reader.letters();
        bool known = false;
        for (const Unit& each : UNITS) {
            if (each.name != unit) continue;
            total += *count * each.seconds;
            known = true;
        }
        if (!known) return std::nullopt;
        reader.skip_blanks();
    }
    return total;
}

// "-1h", "+5min", "1h ago"
std::optional<WallTime> parse_relative(std::string_view text, WallTime now) {
    constexpr std::string_view AGO = " ago";
    double sign = -1;
    if (text.ends_with(AGO)) {
        text.remove_suffix(AGO.size());
    } else if (text.starts_with('-') || text.starts_with('+')) {
        if (text.front() == '+') sign = 1;
        text.remove_prefix(1);
    } else {
        return std::nullopt;
    }
    const std::optional<double> span = parse_span(text);
    const auto offset = span ? to_microseconds(sign * *span) : std::nullopt;
    if (!offset) return std::nullopt;
    return now + *offset;
}

std::tm local_day(WallTime now) noexcept {
    const std::time_t stamp = std::chrono::floor<seconds>(now).time_since_epoch().count();
    std::tm local{};
    ::localtime_r(&stamp, &local);
    local.tm_hour = local.tm_min = local.tm_sec = 0;
    return local;
}

// Seconds east of UTC.
std::time_t offset_at(std::time_t stamp) noexcept {
    std::tm local{};
    ::localtime_r(&stamp, &local);
    return local.tm_gmtoff;
}

// Normalizes as the C library does: a day past the end of a month falls into the next.
std::optional<WallTime> from_local(std::tm local, Twice twice) noexcept {
    local.tm_isdst = -1;
    local.tm_wday = -1;
    std::time_t stamp = std::mktime(&local);
    if (stamp == -1 && local.tm_wday == -1) return std::nullopt;
    // For a time that occurs twice, mktime() returns either. Find both: with the offsets in force a
    // day before and a day after.
    constexpr std::time_t DAY_SECONDS = 24 * 60 * 60;
    const std::time_t as_utc = stamp + local.tm_gmtoff;
    for (const std::time_t near : {stamp - DAY_SECONDS, stamp + DAY_SECONDS}) {
        const std::time_t offset = offset_at(near);
        const std::time_t other = as_utc - offset;
        if (offset_at(other) != offset) continue;
        stamp = twice == Twice::first ? std::min(stamp, other) : std::max(stamp, other);
    }
    return WallTime{seconds{stamp}};
}

std::optional<WallTime> parse_epoch(std::string_view text) {
    TextReader reader{text};
    if (!reader.take('@')) return std::nullopt;
    const std::optional<double> stamp = reader.decimal();
    const auto since = stamp && reader.at_end() ? to_microseconds(*stamp) : std::nullopt;
    if (!since) return std::nullopt;
    return WallTime{*since};
}

// "10:00:00.5"; the fraction is returned separately.
bool take_clock(TextReader& reader, std::tm& into, microseconds& fraction) {
    const auto hour = reader.number(1, 2);
    if (!hour || *hour > 23 || !reader.take(':')) return false;
    const auto minute = reader.number(2, 2);
    if (!minute || *minute > 59) return false;
    into.tm_hour = *hour;
    into.tm_min = *minute;
    if (!reader.take(':')) return true;
    const auto second = reader.number(2, 2);
    if (!second || *second > 60) return false;
    into.tm_sec = *second;
    if (!reader.take('.')) return true;
    if (!reader.at_digit()) return false;
    int unit = 100'000;
    for (; reader.at_digit(); unit /= 10) fraction += microseconds{*reader.number(1, 1) * unit};
    return true;
}

// "now", "today", "yesterday 10:00"
std::optional<WallTime> parse_word(std::string_view text, WallTime now, Twice twice) {
    TextReader reader{text};
    const std::string_view word = reader.letters();
    if (word == "now" && reader.at_end()) return now;
    std::tm day = local_day(now);
    if (word == "yesterday") {
        --day.tm_mday;
    } else if (word == "tomorrow") {
        ++day.tm_mday;
    } else if (word != "today") {
        return std::nullopt;
    }
    microseconds fraction{0};
    if (reader.take(' ')) {
        reader.skip_blanks();
        if (!take_clock(reader, day, fraction)) return std::nullopt;
    }
    if (!reader.at_end()) return std::nullopt;
    const auto time = from_local(day, twice);
    if (!time) return std::nullopt;
    return *time + fraction;
}

// The zone suffix: empty for local time, else the offset from UTC; nothing if invalid.
std::optional<std::optional<seconds>> take_zone(TextReader& reader) {
    if (reader.at_end()) return std::optional<seconds>{};
    if (reader.take('Z') || reader.take('z') || reader.take(" UTC")) return seconds{0};
    const bool west = reader.take('-');
    if (!west && !reader.take('+')) return std::nullopt;
    const auto hour = reader.number(2, 2);
    if (!hour || *hour > 23) return std::nullopt;
    static_cast<void>(reader.take(':'));
    const auto minute = reader.number(2, 2);
    if (!minute || *minute > 59) return std::nullopt;
    const seconds east = std::chrono::hours{*hour} + std::chrono::minutes{*minute};
    return west ? -east : east;
}

// Takes "Sun" or "Sunday", with the blank after it, off the front of `text`: days since Sunday.
std::optional<unsigned> take_weekday(std::string_view& text) noexcept {
    constexpr std::array<std::string_view, 7> NAMES{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
    constexpr std::size_t SHORT = 3;
    const std::string_view word = text.substr(0, text.find(' '));
    for (unsigned day = 0; day < NAMES.size(); ++day) {
        if (word != NAMES[day] && word != NAMES[day].substr(0, SHORT)) continue;
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        return day;
    }
    return std::nullopt;
}

// "2026-11-22 10:00:00.5Z", "Sun 2026-11-22", "10:00"
std::optional<WallTime> parse_calendar(std::string_view text, WallTime now, Twice twice) {
    using namespace std::chrono;
    const std::optional<unsigned> weekday = take_weekday(text);
    TextReader reader{text};
    std::tm when = local_day(now);
    microseconds fraction{0};
    const bool has_date = text.size() > 4 && text[4] == '-';
    bool has_clock = !has_date;
    if (has_date) {
        const auto year_number = reader.number(4, 4);
        if (!year_number || *year_number < 1970 || !reader.take('-')) return std::nullopt;
        const auto month_number = reader.number(1, 2);
        if (!month_number || !reader.take('-')) return std::nullopt;
        const auto day_number = reader.number(1, 2);
        if (!day_number) return std::nullopt;
        const year_month_day date{year{*year_number}, month{static_cast<unsigned>(*month_number)},
                                  day{static_cast<unsigned>(*day_number)}};
        if (!date.ok()) return std::nullopt;
        if (weekday && std::chrono::weekday{sys_days{date}}.c_encoding() != *weekday) {
            return std::nullopt;
        }
        when.tm_year = *year_number - 1900;
        when.tm_mon = *month_number - 1;
        when.tm_mday = *day_number;
        has_clock = reader.take('T') || reader.take('t');
        if (!has_clock && reader.take(' ')) {
            has_clock = true;
            reader.skip_blanks();
        }
    }
    if (weekday && !has_date) return std::nullopt;
    if (has_clock && !take_clock(reader, when, fraction)) return std::nullopt;
    const auto zone = take_zone(reader);
    if (!zone || !reader.at_end()) return std::nullopt;
    if (!*zone) {
        const auto local = from_local(when, twice);
        if (!local) return std::nullopt;
        return *local + fraction;
    }
    if (!has_date || !has_clock) return std::nullopt;
    return WallTime{seconds{::timegm(&when)} - **zone + fraction};
}

std::optional<WallTime> parse_here(std::string_view text, WallTime now, Twice twice) {
    if (auto time = parse_word(text, now, twice)) return time;
    if (auto time = parse_epoch(text)) return time;
    if (auto time = parse_relative(text, now)) return time;
    return parse_calendar(text, now, twice);
}

}  // namespace

std::optional<WallTime> parse_log_time(std::string_view text, WallTime now, Twice twice) {
    text = trimmed(text);
    if (auto time = parse_here(text, now, twice)) return time;
    const std::size_t blank = text.rfind(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    const std::string zone{text.substr(blank + 1)};
    if (!is_time_zone(zone)) return std::nullopt;
    const TimeZoneForNow there{zone};
    return parse_here(trimmed(text.substr(0, blank)), now, twice);
}

}  // namespace hark
