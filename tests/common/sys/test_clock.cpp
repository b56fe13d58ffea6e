#include "common/sys/clock.hpp"
#include "tests/support/manual_clock.hpp"

#include <ctime>

#include <doctest/doctest.h>

using namespace hark;

namespace {

std::chrono::nanoseconds kernel_time(clockid_t clock) {
    timespec time{};
    REQUIRE(::clock_gettime(clock, &time) == 0);
    return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

}  // namespace

TEST_CASE("the system's monotonic clock is CLOCK_MONOTONIC") {
    const SystemClock clock;
    const auto before = kernel_time(CLOCK_MONOTONIC);
    const auto time = clock.monotonic().time_since_epoch();
    const auto after = kernel_time(CLOCK_MONOTONIC);
    CHECK(before <= time);
    CHECK(time <= after);
}

TEST_CASE("the system's wall clock is CLOCK_REALTIME, cut to microseconds") {
    using std::chrono::floor, std::chrono::microseconds;
    const SystemClock clock;
    const auto before = kernel_time(CLOCK_REALTIME);
    const auto time = clock.wall().time_since_epoch();
    const auto after = kernel_time(CLOCK_REALTIME);
    CHECK(floor<microseconds>(before) <= time);
    CHECK(time <= after);
}

TEST_CASE("a manual clock moves only when told to") {
    using namespace std::chrono_literals;
    test::ManualClock clock;
    const TimePoint monotonic = clock.monotonic();
    const WallTime wall = clock.wall();
    CHECK(clock.monotonic() == monotonic);
    clock.advance(1500us);
    CHECK(clock.monotonic() - monotonic == 1500us);
    CHECK(clock.wall() - wall == 1500us);
    clock.set_monotonic(TimePoint{5s});
    CHECK(clock.monotonic() == TimePoint{5s});
}
