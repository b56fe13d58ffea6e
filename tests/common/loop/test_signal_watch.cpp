#include "common/loop/event_loop.hpp"
#include "common/loop/signal_watch.hpp"
#include "common/sys/error.hpp"
#include "tests/support/manual_clock.hpp"

#include <vector>

#include <doctest/doctest.h>
#include <pthread.h>
#include <signal.h>

using namespace hark;
using namespace std::chrono_literals;

namespace {

struct Heard {
    void on_signal(int signal) noexcept { signals.push_back(signal); }

    std::vector<int> signals;
};

bool is_blocked(int signal) {
    sigset_t mask;
    REQUIRE(::pthread_sigmask(SIG_BLOCK, nullptr, &mask) == 0);
    return ::sigismember(&mask, signal) == 1;
}

}  // namespace

TEST_CASE("signals come through the loop, all that wait in one round") {
    const test::ManualClock clock;
    EventLoop loop{clock};
    Heard heard;
    const SignalWatch watch{loop, {SIGUSR1, SIGHUP}, method<&Heard::on_signal>(heard)};
    REQUIRE(::raise(SIGUSR1) == 0);
    REQUIRE(::raise(SIGHUP) == 0);
    loop.run_once(0s);
    // The kernel hands out the lowest number first.
    CHECK(heard.signals == std::vector{SIGHUP, SIGUSR1});
    loop.run_once(0s);
    CHECK(heard.signals.size() == 2);
}

TEST_CASE("the signal mask is what it was when the watch ends") {
    const test::ManualClock clock;
    EventLoop loop{clock};
    Heard heard;
    REQUIRE_FALSE(is_blocked(SIGUSR1));
    {
        const SignalWatch outer{loop, {SIGUSR1}, method<&Heard::on_signal>(heard)};
        {
            const SignalWatch inner{loop, {SIGUSR1, SIGUSR2}, method<&Heard::on_signal>(heard)};
            CHECK(is_blocked(SIGUSR2));
        }
        CHECK(is_blocked(SIGUSR1));
        CHECK_FALSE(is_blocked(SIGUSR2));
    }
    CHECK_FALSE(is_blocked(SIGUSR1));
}

TEST_CASE("a signal number that is none is refused, and nothing stays blocked") {
    const test::ManualClock clock;
    EventLoop loop{clock};
    Heard heard;
    const auto watch_none = [&] {
        SignalWatch watch{loop, {SIGUSR1, 12345}, method<&Heard::on_signal>(heard)};
    };
    CHECK_THROWS_AS(watch_none(), SystemError);
    CHECK_FALSE(is_blocked(SIGUSR1));
}

TEST_CASE("signals that have come are handed over when asked for, and only once") {
    const test::ManualClock clock;
    EventLoop loop{clock};
    Heard heard;
    SignalWatch watch{loop, {SIGUSR1}, method<&Heard::on_signal>(heard)};
    watch.take_pending();
    CHECK(heard.signals.empty());
    REQUIRE(::raise(SIGUSR1) == 0);
    watch.take_pending();
    CHECK(heard.signals.size() == 1);
    loop.run_once(std::chrono::seconds{0});
    CHECK(heard.signals.size() == 1);
}
