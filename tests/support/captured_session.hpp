// A session of hark in the test's own process, on a loop whose clock the test moves, with its
// output captured: the base of fixtures that hold one.
#pragma once

#include "common/loop/event_loop.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run_until.hpp"
#include "tests/support/standard_streams.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <unistd.h>

namespace hark::test {

struct CapturedSession {
    template <typename Condition>
    void await(Condition done) {
        REQUIRE(run_until(loop, done));
    }
    void await_output(std::string_view part) {
        await([&] { return output.text().find(part) != std::string::npos; });
    }
    void await_errors(std::string_view part) {
        await([&] { return errors.text().find(part) != std::string::npos; });
    }
    // Runs what is due.
    void rounds(int count = 5) {
        for (; count > 0; --count) loop.run_once({});
    }
    void pass(Duration time) {
        clock.advance(time);
        rounds();
    }
    // The exit status of `session`, once it has ended by itself.
    template <typename Session>
    [[nodiscard]] int ended(const Session& session) {
        await([&] { return session.over(); });
        return session.status();
    }

    CapturedOutput output{STDOUT_FILENO};
    CapturedOutput errors{STDERR_FILENO};
    ManualClock clock;
    EventLoop loop{clock};
};

}  // namespace hark::test
