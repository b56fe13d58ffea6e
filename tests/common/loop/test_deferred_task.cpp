#include "common/loop/deferred_task.hpp"
#include "common/loop/event_loop.hpp"
#include "tests/support/manual_clock.hpp"

#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;

namespace {

// A task that writes its letter to a string and may then do something else.
class Letter {
   public:
    Letter(EventLoop& loop, Stage stage, std::string& written, char letter)
        : task{loop, stage, method<&Letter::run>(*this)}, written_{written}, letter_{letter} {}

    DeferredTask task;
    DeferredTask* schedules = nullptr;
    DeferredTask* cancels = nullptr;
    std::unique_ptr<Letter>* destroys = nullptr;

   private:
    void run() noexcept {
        written_ += letter_;
        if (schedules != nullptr) std::exchange(schedules, nullptr)->schedule();
        if (cancels != nullptr) cancels->cancel();
        if (destroys != nullptr) destroys->reset();
    }

    std::string& written_;
    char letter_;
};

struct Fixture {
    void round() { loop.run_once(0s); }

    test::ManualClock clock;
    EventLoop loop{clock};
    std::string written;
    Letter process{loop, Stage::process, written, 'p'};
    Letter respond{loop, Stage::respond, written, 'r'};
    Letter finish{loop, Stage::finish, written, 'f'};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "the stages run in their order, whatever the order of scheduling") {
    finish.task.schedule();
    respond.task.schedule();
    process.task.schedule();
    CHECK(finish.task.scheduled());
    round();
    CHECK(written == "prf");
    CHECK_FALSE(finish.task.scheduled());
    round();
    CHECK(written == "prf");
}

TEST_CASE_FIXTURE(Fixture, "a task runs once however often it was scheduled") {
    respond.task.schedule();
    respond.task.schedule();
    round();
    CHECK(written == "r");
}

TEST_CASE_FIXTURE(Fixture, "a task scheduled for a stage to come runs in this round") {
    process.schedules = &finish.task;
    process.task.schedule();
    round();
    CHECK(written == "pf");
}

TEST_CASE_FIXTURE(Fixture, "a task scheduled for a stage that is over waits for the next round") {
    finish.schedules = &process.task;
    finish.task.schedule();
    round();
    CHECK(written == "f");
    loop.run_once(10min);  // begins at once
    CHECK(written == "fp");
}

TEST_CASE_FIXTURE(Fixture, "a task scheduled for the stage being run waits for the next round") {
    Letter other{loop, Stage::process, written, 'o'};
    process.schedules = &other.task;
    process.task.schedule();
    round();
    CHECK(written == "p");
    loop.run_once(10min);
    CHECK(written == "po");
}

TEST_CASE_FIXTURE(Fixture, "a task may schedule itself again, once a round") {
    process.schedules = &process.task;
    process.task.schedule();
    round();
    CHECK(written == "p");
    CHECK(process.task.scheduled());
    round();
    CHECK(written == "pp");
    CHECK_FALSE(process.task.scheduled());
}

TEST_CASE_FIXTURE(Fixture, "a cancelled task does not run") {
    process.task.schedule();
    process.task.cancel();
    round();
    CHECK(written.empty());
}

TEST_CASE_FIXTURE(Fixture, "a task may cancel and destroy others that wait in its stage") {
    Letter cancelled{loop, Stage::process, written, 'x'};
    auto destroyed = std::make_unique<Letter>(loop, Stage::process, written, 'y');
    Letter last{loop, Stage::process, written, 'z'};
    process.task.schedule();
    cancelled.task.schedule();
    destroyed->task.schedule();
    last.task.schedule();
    process.cancels = &cancelled.task;
    process.destroys = &destroyed;
    round();
    CHECK(written == "pz");
    CHECK(destroyed == nullptr);
}

TEST_CASE_FIXTURE(Fixture, "a task may destroy itself") {
    auto own = std::make_unique<Letter>(loop, Stage::finish, written, 'o');
    own->destroys = &own;
    own->task.schedule();
    round();
    CHECK(written == "o");
    CHECK(own == nullptr);
}
