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
    Letter commit{loop, Stage::commit, written, 'c'};
    Letter reply{loop, Stage::reply, written, 'r'};
    Letter bury{loop, Stage::bury, written, 'b'};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "the stages run in their order, whatever the order of scheduling") {
    bury.task.schedule();
    reply.task.schedule();
    commit.task.schedule();
    CHECK(bury.task.scheduled());
    round();
    CHECK(written == "crb");
    CHECK_FALSE(bury.task.scheduled());
    round();
    CHECK(written == "crb");
}

TEST_CASE_FIXTURE(Fixture, "a task runs once however often it was scheduled") {
    reply.task.schedule();
    reply.task.schedule();
    round();
    CHECK(written == "r");
}

TEST_CASE_FIXTURE(Fixture, "a task scheduled for a stage to come runs in this round") {
    commit.schedules = &bury.task;
    commit.task.schedule();
    round();
    CHECK(written == "cb");
}

TEST_CASE_FIXTURE(Fixture, "a task scheduled for a stage that is over waits for the next round") {
    bury.schedules = &commit.task;
    bury.task.schedule();
    round();
    CHECK(written == "b");
    loop.run_once(10min);  // begins at once
    CHECK(written == "bc");
}

TEST_CASE_FIXTURE(Fixture, "a task scheduled for the stage being run waits for the next round") {
    Letter other{loop, Stage::commit, written, 'o'};
    commit.schedules = &other.task;
    commit.task.schedule();
    round();
    CHECK(written == "c");
    loop.run_once(10min);
    CHECK(written == "co");
}

TEST_CASE_FIXTURE(Fixture, "a task may schedule itself again, once a round") {
    commit.schedules = &commit.task;
    commit.task.schedule();
    round();
    CHECK(written == "c");
    CHECK(commit.task.scheduled());
    round();
    CHECK(written == "cc");
    CHECK_FALSE(commit.task.scheduled());
}

TEST_CASE_FIXTURE(Fixture, "a cancelled task does not run") {
    commit.task.schedule();
    commit.task.cancel();
    round();
    CHECK(written.empty());
}

TEST_CASE_FIXTURE(Fixture, "a task may cancel and destroy others that wait in its stage") {
    Letter cancelled{loop, Stage::commit, written, 'x'};
    auto destroyed = std::make_unique<Letter>(loop, Stage::commit, written, 'y');
    Letter last{loop, Stage::commit, written, 'z'};
    commit.task.schedule();
    cancelled.task.schedule();
    destroyed->task.schedule();
    last.task.schedule();
    commit.cancels = &cancelled.task;
    commit.destroys = &destroyed;
    round();
    CHECK(written == "cz");
    CHECK(destroyed == nullptr);
}

TEST_CASE_FIXTURE(Fixture, "a task may destroy itself") {
    auto own = std::make_unique<Letter>(loop, Stage::bury, written, 'o');
    own->destroys = &own;
    own->task.schedule();
    round();
    CHECK(written == "o");
    CHECK(own == nullptr);
}
