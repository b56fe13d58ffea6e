#include "common/loop/event_loop.hpp"
#include "common/loop/timer.hpp"
#include "tests/support/manual_clock.hpp"

#include <memory>
#include <string>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;

namespace {

// A timer that writes its letter to a string and may then do something else.
class LetterTimer {
   public:
    LetterTimer(EventLoop& loop, std::string& written, char letter)
        : timer{loop, method<&LetterTimer::on_expiry>(*this)}, written_{written}, letter_{letter} {}

    Timer timer;
    bool arms_again = false;
    Timer* cancels = nullptr;
    std::unique_ptr<LetterTimer>* destroys = nullptr;

   private:
    void on_expiry() noexcept {
        written_ += letter_;
        if (arms_again) timer.arm_in(0s);
        if (cancels != nullptr) cancels->cancel();
        if (destroys != nullptr) destroys->reset();
    }

    std::string& written_;
    char letter_;
};

struct TimerTest {
    void round_after(Duration step) {
        clock.advance(step);
        loop.run_once(0s);
    }

    test::ManualClock clock;
    EventLoop loop{clock};
    std::string fired;
    LetterTimer a{loop, fired, 'a'};
    LetterTimer b{loop, fired, 'b'};
};

}  // namespace

TEST_CASE_FIXTURE(TimerTest, "a timer fires once, at its deadline and not before") {
    a.timer.arm(loop.now() + 10ms);
    CHECK(a.timer.armed());
    CHECK(a.timer.deadline() == loop.now() + 10ms);
    round_after(10ms - 1ns);
    CHECK(fired.empty());
    round_after(1ns);
    CHECK(fired == "a");
    CHECK_FALSE(a.timer.armed());
    round_after(1h);
    CHECK(fired == "a");
}

TEST_CASE_FIXTURE(TimerTest,
                  "a deadline between two milliseconds is never early, and late by one at most") {
    a.timer.arm(loop.now() + 10ms + 1ns);
    round_after(10ms);
    CHECK(fired.empty());
    round_after(1ms);
    CHECK(fired == "a");
}

TEST_CASE_FIXTURE(TimerTest, "arm_in counts from the loop's now, not from the clock's") {
    clock.advance(5ms);
    a.timer.arm_in(10ms);
    CHECK(a.timer.deadline() == loop.now() + 10ms);
    round_after(5ms);
    CHECK(fired == "a");
}

TEST_CASE_FIXTURE(TimerTest, "the longest delays do not wrap around") {
    a.timer.arm_in(Duration::max());
    CHECK(a.timer.deadline() == TimePoint::max());
    round_after(std::chrono::hours{24 * 365 * 100});
    CHECK(fired.empty());
    CHECK(a.timer.armed());
}

TEST_CASE_FIXTURE(TimerTest, "a new deadline takes the place of the old, later or earlier") {
    a.timer.arm_in(10ms);
    a.timer.arm_in(50ms);
    b.timer.arm_in(50ms);
    b.timer.arm_in(10ms);
    round_after(10ms);
    CHECK(fired == "b");
    round_after(39ms);
    CHECK(fired == "b");
    round_after(1ms);
    CHECK(fired == "ba");
}

TEST_CASE_FIXTURE(TimerTest, "a cancelled timer does not fire") {
    a.timer.arm_in(10ms);
    a.timer.cancel();
    a.timer.cancel();
    CHECK_FALSE(a.timer.armed());
    round_after(1s);
    CHECK(fired.empty());
}

TEST_CASE_FIXTURE(TimerTest, "a timer armed for the past fires in the next round, without a wait") {
    a.timer.arm(loop.now() - 1h);
    loop.run_once(10min);
    CHECK(fired == "a");
}

TEST_CASE_FIXTURE(TimerTest, "a timer that arms itself for now fires once a round") {
    a.arms_again = true;
    a.timer.arm_in(0s);
    loop.run_once(10min);
    CHECK(fired == "a");
    loop.run_once(10min);
    CHECK(fired == "aa");
}

TEST_CASE_FIXTURE(TimerTest, "a callback may cancel and destroy timers that are due with it") {
    auto c = std::make_unique<LetterTimer>(loop, fired, 'c');
    a.timer.arm_in(5ms);
    b.timer.arm_in(5ms);
    c->timer.arm_in(5ms);
    a.cancels = &b.timer;
    a.destroys = &c;
    round_after(5ms);
    CHECK(fired == "a");
    CHECK(c == nullptr);
}

TEST_CASE_FIXTURE(TimerTest, "a callback may destroy timers that are yet to come, and itself") {
    auto later = std::make_unique<LetterTimer>(loop, fired, 'l');
    auto own = std::make_unique<LetterTimer>(loop, fired, 'o');
    a.timer.arm_in(5ms);
    a.destroys = &later;
    later->timer.arm_in(6ms);
    own->timer.arm_in(5ms);
    own->destroys = &own;
    round_after(5ms);
    CHECK(fired == "ao");
    CHECK(own == nullptr);
    round_after(1h);
    CHECK(fired == "ao");
}

TEST_CASE_FIXTURE(TimerTest, "timers that are due together fire in the order of their deadlines") {
    LetterTimer c{loop, fired, 'c'};
    c.timer.arm_in(700ms);
    a.timer.arm_in(5ms);
    b.timer.arm_in(80ms);
    round_after(1h);
    CHECK(fired == "abc");
}
