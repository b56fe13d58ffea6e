#include "daemon/limits/token_bucket.hpp"

#include <chrono>
#include <limits>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;

TEST_CASE("token bucket: a second's worth at once, then as they come") {
    TokenBucket bucket;
    TimePoint now{5s};
    CHECK(bucket.full(now));
    CHECK(bucket.tokens(now, 10) == 10);
    bucket.take(10, now, 10);
    CHECK(bucket.tokens(now, 10) == 0);
    CHECK(bucket.when(1, 10) == now + 100ms);
    CHECK(bucket.when(10, 10) == now + 1s);
    now += 99ms;
    CHECK(bucket.tokens(now, 10) == 0);
    now += 1ms;
    CHECK(bucket.tokens(now, 10) == 1);
    now += 10min;
    CHECK(bucket.tokens(now, 10) == 10);
}

TEST_CASE("token bucket: what is taken beyond it is owed") {
    TokenBucket bucket;
    const TimePoint now{5s};
    bucket.take(35, now, 10);
    CHECK(bucket.tokens(now, 10) == -25);
    CHECK(bucket.when(1, 10) == now + 2600ms);
    CHECK_FALSE(bucket.full(now + 3400ms));
    CHECK(bucket.full(now + 3500ms));
    bucket.refill();
    CHECK(bucket.tokens(now, 10) == 10);
}

TEST_CASE("token bucket: rates that do not divide a second, and the greatest one") {
    for (const std::uint32_t rate : {1U, 3U, 7U, 999'999'937U, 4'294'967'295U}) {
        TokenBucket bucket;
        const TimePoint now{1h};
        bucket.take(rate, now, rate);
        CHECK(bucket.tokens(now, rate) <= 1);
        CHECK(bucket.tokens(now + 1s, rate) == rate);
        bucket.take(16'384, now + 1s, rate);
        CHECK(bucket.tokens(now + 1s, rate) <= rate);
    }
}
