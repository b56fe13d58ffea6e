#include "daemon/control/work_share.hpp"

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;

TEST_CASE("work share: a quarter of the time, whatever a piece takes") {
    for (const Duration piece : {Duration{10us}, Duration{300us}, Duration{4ms}}) {
        WorkShare share;
        TimePoint now{1h};
        Duration worked{};
        while (now < TimePoint{1h + 10s}) {
            const Duration wait = share.wait(now);
            if (wait > Duration{}) {
                CHECK(wait <= 4 * piece);
                now += wait;
                CHECK(share.wait(now) == Duration{});
            }
            share.spend(piece);
            worked += piece;
            now += piece;
        }
        CHECK(worked > 2400ms);
        CHECK(worked < 2600ms);
    }
}

TEST_CASE("work share: what nobody wanted is saved up, and not for ever") {
    WorkShare share;
    TimePoint now{1h};
    CHECK(share.wait(now) == Duration{});
    share.spend(4ms);
    CHECK(share.wait(now) > 10ms);
    now += 24h;
    int pieces = 0;
    while (share.wait(now) == Duration{}) {
        share.spend(100us);
        ++pieces;
    }
    CHECK(pieces == 10);
}

TEST_CASE("work share: a piece that took for ever does not keep others waiting as long") {
    WorkShare share;
    TimePoint now{1h};
    CHECK(share.wait(now) == Duration{});
    share.spend(10s);
    now += 10s;
    CHECK(share.wait(now) == Duration{});
    share.spend(10s);
    CHECK(share.wait(now) <= 21ms);
}

TEST_CASE("work share: work that takes no time never waits") {
    WorkShare share;
    for (int count = 0; count < 1000; ++count) {
        CHECK(share.wait(TimePoint{1h}) == Duration{});
        share.spend({});
    }
}
