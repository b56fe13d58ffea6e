#include "common/sys/clock.hpp"
#include "daemon/restart/trial.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run_until.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cerrno>
#include <chrono>
#include <optional>
#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

using namespace hark;
using namespace hark::test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view DIGEST = "0123abcd";

// A trial of scripts, which find the state "the state" on descriptor 3.
class Judge {
   public:
    explicit Judge(const Clock& clock)
        : loop_{clock}, trial_{std::in_place, loop_, method<&Judge::on_done>(*this)} {
        write_file(folder_ / "state", "the state");
        state_.reset(::open((folder_ / "state").c_str(), O_RDONLY | O_CLOEXEC));
    }

    void begin(std::string_view script) {
        const std::string path = folder_ / "program";
        write_file(path, std::string{"#!/bin/sh\n"}.append(script).append("\n"));
        REQUIRE(::chmod(path.c_str(), 0755) == 0);
        begin_at(path);
    }
    void begin_at(const std::string& path) {
        done_ = 0;
        trial_->start({.path = path, .name = "harkd", .arguments = {"--config", "x y"}}, "--check",
                      state_, DIGEST);
    }
    const Trial::Result& finish() {
        REQUIRE(run_until(loop_, [this] { return done_ > 0; }));
        CHECK(done_ == 1);
        CHECK_FALSE(trial_->running());
        return trial_->result();
    }
    std::string problem_of(std::string_view script) {
        begin(script);
        const Trial::Result& result = finish();
        CHECK(result.version.empty());
        return result.problem;
    }
    [[nodiscard]] EventLoop& loop() noexcept { return loop_; }
    [[nodiscard]] std::string path(std::string_view name) const { return folder_ / name; }
    [[nodiscard]] std::optional<Trial>& trial() noexcept { return trial_; }

   private:
    void on_done() noexcept { ++done_; }

    TemporaryFolder folder_;
    EventLoop loop_;
    UniqueFd state_;
    int done_ = 0;
    std::optional<Trial> trial_;
};

std::string confirm(std::string_view version, std::string_view digest = DIGEST) {
    return "echo '" + trial_answer(version, digest) + "'";
}

}  // namespace

TEST_CASE("trial: a program that confirms") {
    const SystemClock clock;
    Judge judge{clock};
    judge.begin(confirm("9.9"));
    CHECK(judge.trial()->running());
    CHECK(judge.finish().version == "9.9");
    CHECK(judge.finish().problem.empty());
    // Its other output does not matter, nor does an earlier trial.
    judge.begin("echo a warning >&2; " + confirm("10.0~rc1"));
    CHECK(judge.finish().version == "10.0~rc1");
}

TEST_CASE("trial: the program finds the state and its arguments") {
    const SystemClock clock;
    Judge judge{clock};
    CHECK(judge.problem_of("cat <&3 >&2; exit 1") == "the new program says: the state");
    CHECK(judge.problem_of("echo \"$#: $*\" >&2; exit 1") ==
          "the new program says: 4: --check 3 --config x y");
}

TEST_CASE("trial: neither a status nor other words are an answer") {
    const SystemClock clock;
    Judge judge{clock};
    const std::string silent = "the new program ended with status 0 and did not confirm";
    for (const std::string& script :
         {std::string{"exit 0"}, std::string{"echo yes"}, confirm("9.9", "another"), confirm(""),
          "printf '" + trial_answer("9.9", DIGEST) + "'", confirm("9.9") + "; echo more",
          "echo first; " + confirm("9.9"), confirm("9\n9"), confirm(std::string(400, '9')),
          std::string{"head -c 100000 /dev/zero"}}) {
        CAPTURE(script);
        CHECK(judge.problem_of(script) == silent);
    }
    CHECK(judge.problem_of(confirm("9.9") + "; exit 3") ==
          "the new program ended with status 3 and did not confirm");
    CHECK(judge.problem_of(confirm("9.9") + "; kill -9 $$") ==
          "the new program was ended by signal 9");
}

TEST_CASE("trial: the program's own words are the reason") {
    const SystemClock clock;
    Judge judge{clock};
    CHECK(judge.problem_of("echo 'harkd: line 1 is wrong' >&2; echo two >&2; exit 2") ==
          "the new program says: line 1 is wrong");
    CHECK(judge.problem_of("printf 'a\\033b' >&2; exit 2") == "the new program says: a\\x1bb");
    // However long they are.
    const std::string words = judge.problem_of("printf '%05000d' 7 >&2; exit 2");
    CHECK(words.starts_with("the new program says: 0000"));
    CHECK(words.size() < 400);
}

TEST_CASE("trial: what cannot be executed") {
    const SystemClock clock;
    Judge judge{clock};
    const std::string path = judge.path("missing");
    judge.begin_at(path);
    CHECK_FALSE(judge.trial()->running());
    CHECK(judge.finish().problem == "cannot execute " + path + ": No such file or directory");
    const std::string text = judge.path("text");
    write_file(text, "text");
    judge.begin_at(text);
    CHECK(judge.finish().problem == "cannot execute " + text + ": Permission denied");
    // The next one can be executed.
    judge.begin(confirm("9.9"));
    CHECK(judge.finish().version == "9.9");
}

TEST_CASE("trial: a program that hangs is ended") {
    ManualClock clock;
    Judge judge{clock};
    judge.begin(confirm("9.9") + "; exec sleep 1000");
    for (int turn = 0; turn < 400; ++turn) {
        clock.advance(10ms);
        judge.loop().run_once(0ms);
    }
    CHECK(judge.trial()->running());
    clock.advance(Trial::PATIENCE);
    REQUIRE(run_until(judge.loop(), [&] {
        clock.advance(10ms);
        return !judge.trial()->running();
    }));
    CHECK(judge.finish().problem == "the new program gave no answer within 5 s");
}

TEST_CASE("trial: its end ends the program") {
    const SystemClock clock;
    Judge judge{clock};
    const std::string number = judge.path("pid");
    judge.begin("echo $$ > " + number + ".new; mv " + number + ".new " + number +
                "; exec sleep 1000");
    REQUIRE(run_until(judge.loop(), [&] { return !file_text(number).empty(); }));
    const auto child = static_cast<pid_t>(std::stol(file_text(number)));
    CHECK(::kill(child, 0) == 0);
    judge.trial().reset();
    CHECK(::kill(child, 0) == -1);
    CHECK(errno == ESRCH);
}
