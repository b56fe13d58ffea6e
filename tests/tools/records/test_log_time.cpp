#include "common/record/record_values.hpp"
#include "tools/records/log_time.hpp"

#include <cstdlib>
#include <ctime>
#include <string>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;

namespace {

// Local time for one test.
class TimeZone {
   public:
    explicit TimeZone(const char* zone) {
        if (const char* const before = std::getenv("TZ")) before_ = before;
        set(zone);
    }
    ~TimeZone() { set(before_.empty() ? nullptr : before_.c_str()); }
    TimeZone(const TimeZone&) = delete;
    TimeZone& operator=(const TimeZone&) = delete;

   private:
    static void set(const char* zone) {
        if (zone == nullptr) {
            ::unsetenv("TZ");
        } else {
            ::setenv("TZ", zone, 1);
        }
        ::tzset();
    }
    std::string before_;
};

WallTime utc(const char* text) {
    const auto time = parse_record_time(text);
    REQUIRE(time);
    return *time;
}

// Parses a time that occurs once.
std::optional<WallTime> parsed(std::string_view text, WallTime now) {
    const auto time = parse_log_time(text, now, Twice::first);
    CHECK(parse_log_time(text, now, Twice::second) == time);
    return time;
}

constexpr WallTime NOW =
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + 10h + 20min + 30s + 400ms;

}  // namespace

TEST_CASE("calendar times are local") {
    const TimeZone china{"CST-8"};  // 18:20:30 on that day
    const auto parse = [](const char* text) { return parsed(text, NOW); };
    CHECK(parse("2026-11-22 10:00:00") == utc("2026-11-22T02:00:00.000000Z"));
    CHECK(parse("2026-11-22T10:00:00") == utc("2026-11-22T02:00:00.000000Z"));
    CHECK(parse("2026-11-22 10:00") == utc("2026-11-22T02:00:00.000000Z"));
    CHECK(parse("2026-11-22 10:00:01.25") == utc("2026-11-22T02:00:01.250000Z"));
    CHECK(parse("2026-11-22") == utc("2026-11-21T16:00:00.000000Z"));
    CHECK(parse("10:00") == utc("2026-11-22T02:00:00.000000Z"));
    CHECK(parse(" 9:05:07 ") == utc("2026-11-22T01:05:07.000000Z"));
    CHECK(parse("now") == NOW);
    CHECK(parse("today") == utc("2026-11-21T16:00:00.000000Z"));
    CHECK(parse("yesterday") == utc("2026-11-20T16:00:00.000000Z"));
    CHECK(parse("tomorrow") == utc("2026-11-22T16:00:00.000000Z"));
    CHECK(parse("2028-02-29") == utc("2028-02-28T16:00:00.000000Z"));
}

TEST_CASE("a day is as long as its clock's change makes it") {
    const TimeZone berlin{"CET-1CEST,M3.5.0,M10.5.0/3"};
    const WallTime summer = utc("2026-10-25T12:00:00.000000Z");  // the clock went back that night
    CHECK(parsed("yesterday", summer) == utc("2026-10-23T22:00:00.000000Z"));
    CHECK(parsed("today", summer) == utc("2026-10-24T22:00:00.000000Z"));
    CHECK(parsed("10:00", summer) == utc("2026-10-25T09:00:00.000000Z"));
    CHECK(parsed("2026-07-01 10:00", summer) == utc("2026-07-01T08:00:00.000000Z"));
}

TEST_CASE("a local time that comes twice is the first or the second") {
    const auto check = [](const char* text, const char* first, const char* second) {
        CAPTURE(text);
        CHECK(parse_log_time(text, NOW, Twice::first) == utc(first));
        CHECK(parse_log_time(text, NOW, Twice::second) == utc(second));
    };
    {
        const TimeZone berlin{"CET-1CEST,M3.5.0,M10.5.0/3"};
        check("2026-10-25 02:00", "2026-10-25T00:00:00.000000Z", "2026-10-25T01:00:00.000000Z");
        check("2026-10-25 02:59:59.5", "2026-10-25T00:59:59.500000Z",
              "2026-10-25T01:59:59.500000Z");
        // The hour before and the hour after occur once, and one in spring never.
        for (const char* text : {"2026-10-25 01:59:59", "2026-10-25 03:00", "2026-03-29 02:30"}) {
            CHECK(parsed(text, NOW));
        }
        CHECK(parsed("2026-03-29 01:59:59", NOW) == utc("2026-03-29T00:59:59.000000Z"));
        CHECK(parsed("2026-03-29 03:00", NOW) == utc("2026-03-29T01:00:00.000000Z"));
    }
    const TimeZone lord_howe{"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"};  // by half an hour
    check("2026-04-05 01:45", "2026-04-04T14:45:00.000000Z", "2026-04-04T15:15:00.000000Z");
}

TEST_CASE("times that name their distance from UTC") {
    const TimeZone china{"CST-8"};
    const auto parse = [](const char* text) { return parsed(text, NOW); };
    CHECK(parse("2026-11-22T10:00:00Z") == utc("2026-11-22T10:00:00.000000Z"));
    CHECK(parse("2026-11-22T10:00:00.123456Z") == utc("2026-11-22T10:00:00.123456Z"));
    CHECK(parse("2026-11-22t10:00:00z") == utc("2026-11-22T10:00:00.000000Z"));
    CHECK(parse("2026-11-22 10:00 UTC") == utc("2026-11-22T10:00:00.000000Z"));
    CHECK(parse("2026-11-22T10:00:00+05:30") == utc("2026-11-22T04:30:00.000000Z"));
    CHECK(parse("2026-11-22T10:00:00-0200") == utc("2026-11-22T12:00:00.000000Z"));
}

TEST_CASE("times counted from now and from the epoch") {
    const auto parse = [](const char* text) { return parsed(text, NOW); };
    CHECK(parse("-1h") == NOW - 1h);
    CHECK(parse("-1h30min") == NOW - 90min);
    CHECK(parse("+5min") == NOW + 5min);
    CHECK(parse("1h ago") == NOW - 1h);
    CHECK(parse("1 hour 30 minutes ago") == NOW - 90min);
    CHECK(parse("2 days ago") == NOW - 48h);
    CHECK(parse("1.5h ago") == NOW - 90min);
    CHECK(parse("-90") == NOW - 90s);
    CHECK(parse("-1w") == NOW - 7 * 24h);
    CHECK(parse("-250ms") == NOW - 250ms);
    CHECK(parse("@0") == WallTime{});
    CHECK(parse("@1795341600.5") == WallTime{1795341600500ms});
}

TEST_CASE("what is no time") {
    for (const char* text : {"",
                             " ",
                             "bad_reply",
                             "1h",
                             "h ago",
                             "-",
                             "-h",
                             "-1x",
                             "@",
                             "@x",
                             "@-1",
                             "@1e5",
                             "2026",
                             "2026-11",
                             "2026-02-30",
                             "2026-13-01",
                             "2026-11-22 ",
                             "24:00",
                             "10:60",
                             "10",
                             "10:0",
                             "10:00:",
                             "10:00:00.",
                             "10:00Z",
                             "2026-11-22Z",
                             "1969-12-31",
                             "26-11-22",
                             "2026-11-22T10:00Zx",
                             "2026/11/22",
                             "-99999999999999y",
                             "-1h -1h",
                             "2026-11-22 10:00+25:00",
                             "@99999999999999"}) {
        CAPTURE(text);
        const bool trimmed_is_one = std::string_view{text} == "2026-11-22 ";
        CHECK(parsed(text, NOW).has_value() == trimmed_is_one);
    }
}

TEST_CASE("a day by its name, with a time") {
    const TimeZone china{"CST-8"};  // 18:20:30 on that day, a Sunday
    const auto parse = [](const char* text) { return parsed(text, NOW); };
    CHECK(parse("yesterday 10:00") == utc("2026-11-21T02:00:00.000000Z"));
    CHECK(parse("today  10:00:05.5") == utc("2026-11-22T02:00:05.500000Z"));
    CHECK(parse("tomorrow 0:00") == utc("2026-11-22T16:00:00.000000Z"));
    CHECK(parse("Sun 2026-11-22 10:00") == utc("2026-11-22T02:00:00.000000Z"));
    CHECK(parse("Sunday 2026-11-22") == utc("2026-11-21T16:00:00.000000Z"));
    CHECK(parse("2 hours ago") == NOW - 2h);
    for (const char* wrong : {"now 10:00", "yesterday 25:00", "yesterday10:00", "today x",
                              "Mon 2026-11-22", "Sun 10:00", "Sun", "someday 10:00"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse(wrong));
    }
}

TEST_CASE("a time in another zone") {
    const TimeZone here{"CST-8"};
    const auto parse = [](const char* text) { return parsed(text, NOW); };
    CHECK(parse("yesterday 10:00 UTC") == utc("2026-11-21T10:00:00.000000Z"));
    CHECK(parse("10:00 UTC") == utc("2026-11-22T10:00:00.000000Z"));
    CHECK_FALSE(parse("2026-11-22 10:00 Nowhere/City"));
    CHECK_FALSE(parse("2026-11-22 10:00 ../UTC"));
    CHECK_FALSE(parse("2026-11-22 10:00 Europe"));
    CHECK(parse("2026-11-22 10:00") == utc("2026-11-22T02:00:00.000000Z"));  // as before
}
