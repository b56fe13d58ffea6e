#include "tools/peer/reconnect_delay.hpp"

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;

TEST_CASE("reconnect delay: longer each time, until a connection has held") {
    ReconnectDelay delay{{.shortest = 100ms, .longest = 300ms, .good = 5s}};
    CHECK(delay.next(0s) == 100ms);
    CHECK(delay.next(4999ms) == 200ms);
    CHECK(delay.next(0s) == 300ms);
    CHECK(delay.next(0s) == 300ms);
    CHECK(delay.next(5s) == 100ms);
    CHECK(delay.next(0s) == 200ms);
    delay.start_over();
    CHECK(delay.next(0s) == 100ms);
}

TEST_CASE("connections are tried again more and more slowly, until one has held") {
    constexpr ReconnectDelay::Limits LIMITS{.shortest = 100ms, .longest = 5s, .good = 5s};
    ReconnectDelay delay{LIMITS};
    Duration last{};
    for (int i = 0; i < 20; ++i) {
        const Duration next = delay.next({});
        CHECK(next >= last);
        last = next;
    }
    CHECK(last == LIMITS.longest);
    CHECK(delay.next(1min) == LIMITS.shortest);
}
