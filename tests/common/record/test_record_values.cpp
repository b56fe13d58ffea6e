#include "common/record/record_values.hpp"
#include "tests/common/record/records.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;

TEST_CASE("record values: a time has one form") {
    CHECK(parse_record_time("1970-01-01T00:00:00.000001Z") == WallTime{1us});
    CHECK(parse_record_time(TimeText{}.of(test::RECORD_TIME)) == test::RECORD_TIME);
    for (const char* text :
         {"", "2026-11-22T10:00:00Z", "2026-11-22 10:00:00.123456Z", "2026-11-22T10:00:00.123456z",
          "2026-11-31T10:00:00.123456Z", "2026-11-22T24:00:00.123456Z",
          "2026-11-22T10:00:00.12345xZ", "2026-11-22T10:00:00.123456Z "}) {
        CAPTURE(text);
        CHECK_FALSE(parse_record_time(text));
    }
}

TEST_CASE("record values: seconds have three decimals") {
    const auto written = [](Duration duration) {
        std::string text;
        append_seconds(text, duration);
        return text;
    };
    for (const Duration duration : {Duration{}, Duration{1ms}, Duration{2417ms}, Duration{100h}}) {
        CHECK(parse_seconds(written(duration)) == duration);
    }
    CHECK(written(2417ms) == "2.417");
    CHECK(written(-1s) == "0.000");
}
