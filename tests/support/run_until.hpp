// Runs a loop until a test's condition is met.
#pragma once

#include "common/loop/event_loop.hpp"

#include <chrono>

namespace hark::test {

// Runs rounds of `loop` until `done()` is true. False if that takes more than ten seconds of real
// time, whatever clock the loop uses.
template <typename Condition>
[[nodiscard]] bool run_until(EventLoop& loop, Condition done) {
    using RealClock = std::chrono::steady_clock;
    const auto give_up = RealClock::now() + std::chrono::seconds{10};
    while (!done()) {
        if (RealClock::now() > give_up) return false;
        loop.run_once(std::chrono::milliseconds{10});
    }
    return true;
}

}  // namespace hark::test
