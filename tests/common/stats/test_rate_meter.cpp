#include "common/stats/rate_meter.hpp"

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;

namespace {

const TimePoint START{1000h};

}  // namespace

TEST_CASE("rate meter: nothing has come, and nothing is over") {
    RateMeter meter{START};
    CHECK(meter.rate(START).second == 0);
    CHECK(meter.rate(START).minute == 0);
    meter.note(START + 100ms, 50);
    CHECK(meter.rate(START + 999ms).second == 0);
    CHECK(meter.rate(START + 999ms).minute == 0);
}

TEST_CASE("rate meter: the last whole second, and the seconds there were") {
    RateMeter meter{START};
    meter.note(START + 100ms, 50);
    CHECK(meter.rate(START + 1s).second == 50);
    CHECK(meter.rate(START + 1s).minute == 50);
    meter.note(START + 1500ms, 60);
    CHECK(meter.rate(START + 2s).second == 10);
    CHECK(meter.rate(START + 2s).minute == 30);
    CHECK(meter.rate(START + 3s).second == 0);
    CHECK(meter.rate(START + 3s).minute == 20);
}

TEST_CASE("rate meter: a minute later it is forgotten") {
    RateMeter meter{START};
    meter.note(START + 500ms, 6000);
    CHECK(meter.rate(START + 60s).minute == 100);
    CHECK(meter.rate(START + 60s + 999ms).minute == 100);
    CHECK(meter.rate(START + 61s).minute == 0);
}

TEST_CASE("rate meter: a steady flow, however often it is looked at") {
    RateMeter meter{START};
    std::uint64_t total = 0;
    for (int tenth = 0; tenth < 5000; ++tenth) {
        total += 7;
        const TimePoint now = START + tenth * 100ms;
        meter.note(now, total);
        if (tenth % 3 == 0 && tenth >= 20) {
            CHECK(meter.rate(now).second == 70);
            CHECK(meter.rate(now).minute == doctest::Approx(70));
        }
    }
}

TEST_CASE("rate meter: a long silence, and a burst behind it") {
    RateMeter meter{START};
    meter.note(START + 500ms, 1'000'000);
    CHECK(meter.rate(START + 10'000h).minute == 0);
    meter.note(START + 10'000h + 500ms, 1'000'120);
    CHECK(meter.rate(START + 10'000h + 1s).second == 120);
    CHECK(meter.rate(START + 10'000h + 1s).minute == 2);
}
