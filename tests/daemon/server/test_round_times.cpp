#include "daemon/server/round_times.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;
using namespace std::chrono_literals;

namespace {

const TimePoint START{1000h};

}  // namespace

TEST_CASE("round times: none yet") {
    RoundTimes times;
    const RoundTimes::Summary none = times.summary(START);
    CHECK(none.p50 == Duration{});
    CHECK(none.p99 == Duration{});
    CHECK(none.max == Duration{});
}

TEST_CASE("round times: one, to an eighth") {
    CHECK(rc::check([] {
        const Duration work{*rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000)};
        RoundTimes times;
        times.note(START, work);
        const RoundTimes::Summary summary = times.summary(START);
        RC_ASSERT(summary.max == work);
        RC_ASSERT(summary.p50 == work);  // never more than the longest
        // After a longer one, the end of the bin shows.
        times.note(START, Duration::max());
        const Duration p50 = times.summary(START).p50;
        RC_ASSERT(p50 >= work);
        RC_ASSERT(p50 <= work + work / 8 + 1ns);
    }));
}

TEST_CASE("round times: the middle, the last hundredth, the longest") {
    RoundTimes times;
    for (int count = 0; count < 980; ++count) times.note(START, 10us);
    for (int count = 0; count < 19; ++count) times.note(START, 1ms);
    times.note(START, 1s);
    const RoundTimes::Summary summary = times.summary(START);
    CHECK(summary.p50 >= 10us);
    CHECK(summary.p50 <= 12us);
    CHECK(summary.p99 >= 1ms);
    CHECK(summary.p99 <= 1125us);
    CHECK(summary.max == 1s);
}

TEST_CASE("round times: a clock that goes back is no time") {
    RoundTimes times;
    times.note(START, -5ms);
    CHECK(times.summary(START).p99 == Duration{});
}

TEST_CASE("round times: what is half to a whole minute old is forgotten") {
    RoundTimes times;
    times.note(START, 1s);
    times.note(START + 31s, 1ms);
    CHECK(times.summary(START + 32s).max == 1s);
    times.note(START + 62s, 2ms);
    CHECK(times.summary(START + 62s).max == 2ms);
    CHECK(times.summary(START + 62s).p50 <= 1125us);
}

TEST_CASE("round times: after a long silence nothing is recent") {
    RoundTimes times;
    times.note(START, 1s);
    CHECK(times.summary(START + 1h).max == Duration{});
    times.note(START + 1h, 1ms);
    CHECK(times.summary(START + 1h).max == 1ms);
}
