// A file that is no longer at its path: deleted, renamed, replaced, truncated, reached by a link.
#include "tests/daemon/log/file_sink_fixture.hpp"
#include "tests/support/child.hpp"
#include "tests/support/run_until.hpp"

#include <filesystem>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

using namespace hark;
using namespace std::chrono_literals;
using faults::Call;

namespace {

struct Replaced : test::FileSinkFixture {
    Replaced() {
        std::filesystem::create_directory(home);
        path = home + "/log.jsonl";
    }

    // Lets time pass until the sink has noticed.
    [[nodiscard]] bool notices() {
        const unsigned before = ready;
        return test::run_until(loop, [&] {
            clock.advance(100ms);
            return ready != before;
        });
    }
    [[nodiscard]] bool notices_nothing_for(Duration time) {
        const unsigned before = ready;
        for (Duration passed{}; passed < time; passed += 100ms) {
            clock.advance(100ms);
            loop.run_once(1ms);
        }
        return ready == before;
    }
    void remove_folder() const { std::filesystem::remove_all(home); }
    void make_folder() const { std::filesystem::create_directory(home); }

    std::string home = folder / "home";
    std::string rotated = home + "/log.jsonl.1";
};

}  // namespace

TEST_CASE_FIXTURE(Replaced,
                  "file: while it is gone nothing is written, also when asked to reopen") {
    const auto sink = open();
    append(*sink, 1, 1);
    CHECK(sink->commit() == SinkState::clear);
    remove_folder();
    REQUIRE(notices());
    const std::string lines = append(*sink, 2, 3);
    CHECK(sink->commit() == SinkState::refusing);
    CHECK(sink->trouble(SinkState::refusing).ends_with("No such file or directory"));
    CHECK_FALSE(sink->reopen().empty());
    CHECK(sink->commit() == SinkState::refusing);
    CHECK(sink->stored() == 1);
    make_folder();
    CHECK(sink->reopen().empty());
    CHECK(sink->take_remark().find("was deleted or replaced") != std::string::npos);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(text() == lines);
    CHECK(sink->stored() == 3);
}

TEST_CASE_FIXTURE(Replaced, "file: what it holds while it is gone is for another log") {
    const auto sink = open();
    const std::string before = append(*sink, 1, 1);
    CHECK(sink->commit() == SinkState::clear);
    const UniqueFd old{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    remove_folder();
    const std::string lines = append(*sink, 2, 3);
    SUBCASE("noticed") {
        REQUIRE(notices());
        CHECK(sink->commit() == SinkState::refusing);
    }
    SUBCASE("not noticed yet") {}
    CHECK(sink->finish() == lines);
    CHECK(sink->stored() == 1);
    struct stat status {};
    REQUIRE(::fstat(old.get(), &status) == 0);
    CHECK(status.st_size == std::ssize(before));
}

TEST_CASE_FIXTURE(Replaced, "file: one that could not be examined is looked at again") {
    const auto sink = open();
    CHECK(notices_nothing_for(1s));
    faults::Script script;
    script.fail(Call::fstat, EIO);
    remove_folder();
    CHECK(notices_nothing_for(1s));
    script.heal();
    const TimePoint begin = clock.monotonic();
    CHECK(notices());
    CHECK(clock.monotonic() - begin <= 1s);
}

TEST_CASE_FIXTURE(Replaced, "file: one that its server has deleted is opened anew") {
    const auto sink = open();
    append(*sink, 1, 1);
    CHECK(sink->commit() == SinkState::clear);
    std::filesystem::rename(path, rotated);
    faults::Script script;
    script.fail(Call::fstat, ESTALE, {.times = 1});
    const std::string lines = append(*sink, 2, 2);
    CHECK(sink->reopen().empty());
    CHECK(sink->commit() == SinkState::clear);
    CHECK(text() == lines);
}

TEST_CASE_FIXTURE(Replaced, "file: a renamed one that cannot be examined is not written again") {
    const auto sink = open(true);
    const std::string lines = append(*sink, 1, 3);
    static_cast<void>(sink->commit());
    std::filesystem::rename(path, rotated);
    faults::Script script;
    script.fail(Call::fstat, EIO, {.times = 1});
    CHECK(sink->reopen().starts_with("cannot examine"));
    CHECK(sink->reopen().empty());
    static_cast<void>(sink->commit());
    CHECK(test::file_text(rotated) == lines);
    CHECK(text().empty());
    CHECK(sink->stored() == 3);
}

TEST_CASE_FIXTURE(Replaced, "file: the process that goes on knows that it is gone") {
    SinkHandover state{};
    {
        const auto sink = open();
        append(*sink, 1, 1);
        CHECK(sink->commit() == SinkState::clear);
        SUBCASE("since it was noticed before") {
            std::filesystem::rename(path, rotated);
            REQUIRE(::mkdir(path.c_str(), 0700) == 0);
            REQUIRE(notices());
            CHECK(sink->commit() == SinkState::refusing);
            std::filesystem::remove(path);
        }
        SUBCASE("since it is deleted") {
            std::filesystem::remove(path);
        }
        sink->hand_over(state);
        state.fd = ::dup(state.fd);
    }
    UniqueFd old{::dup(state.fd)};
    FileSink sink{
        loop, {}, {.kind = SinkConfig::Kind::file, .path = path}, "5f3a9c01", UniqueFd{state.fd}};
    sink.take_over(state);
    const std::string lines = append(sink, 2, 2);
    CHECK(sink.commit() == SinkState::clear);
    CHECK(text() == lines);
}

TEST_CASE_FIXTURE(Replaced, "file: one that comes back to its path is written on") {
    const auto sink = open();
    const std::string before = append(*sink, 1, 1);
    CHECK(sink->commit() == SinkState::clear);
    std::filesystem::rename(path, rotated);
    REQUIRE(::mkdir(path.c_str(), 0700) == 0);
    REQUIRE(notices());
    const std::string lines = append(*sink, 2, 2);
    CHECK(sink->commit() == SinkState::refusing);
    std::filesystem::remove(path);
    std::filesystem::rename(rotated, path);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(text() == before + lines);
    CHECK(sink->take_remark().empty());
}

TEST_CASE_FIXTURE(Replaced, "file: a renamed one has a moment until somebody asks to reopen") {
    const auto sink = open();
    append(*sink, 1, 1);
    CHECK(sink->commit() == SinkState::clear);
    // It has been written to, so it is checked.
    CHECK(notices_nothing_for(400ms));
    std::filesystem::rename(path, rotated);
    CHECK(notices_nothing_for(600ms));
    // A change of its owner or mode does not shorten the wait.
    std::filesystem::permissions(rotated, std::filesystem::perms::owner_read);
    const std::string second = append(*sink, 2, 2);
    CHECK(sink->commit() == SinkState::clear);
    REQUIRE(notices());
    const std::string third = append(*sink, 3, 3);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(test::file_text(rotated).ends_with(second));
    CHECK(text() == third);
    CHECK(sink->take_remark().find("was renamed") != std::string::npos);
}

TEST_CASE_FIXTURE(Replaced, "file: another one on the same path is noticed, whatever is renamed") {
    const std::string other = home + "/other";
    const std::string link = home + "/link";
    std::filesystem::create_symlink("log.jsonl", link);
    std::string target;
    bool is_link = false;
    SUBCASE("the folder") {}
    SUBCASE("a symbolic link") {
        is_link = true;
    }
    if (is_link) path = link;
    const auto sink = open();
    const std::string before = append(*sink, 1, 1);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(notices_nothing_for(1s));
    std::string old;
    if (is_link) {
        old = home + "/log.jsonl";
        std::filesystem::remove(link);
        std::filesystem::create_symlink("other", link);
    } else {
        const std::string away = folder / "away";
        std::filesystem::rename(home, away);
        make_folder();
        old = away + "/log.jsonl";
    }
    const std::string second = append(*sink, 2, 2);
    CHECK(sink->commit() == SinkState::clear);
    REQUIRE(notices());
    const std::string third = append(*sink, 3, 3);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(test::file_text(old) == before + second);
    CHECK(test::file_text(is_link ? other : path) == third);
}

TEST_CASE_FIXTURE(Replaced, "file: a symbolic link's target is made when it is missing") {
    std::filesystem::create_symlink("target", path);
    const std::string target = home + "/target";
    const auto sink = open();
    const std::string first = append(*sink, 1, 1);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(test::file_text(target) == first);
    CHECK(std::filesystem::status(target).permissions() ==
          static_cast<std::filesystem::perms>(0640));
    std::filesystem::rename(target, rotated);
    const std::string second = append(*sink, 2, 2);
    CHECK(sink->reopen().empty());
    CHECK(sink->commit() == SinkState::clear);
    CHECK(test::file_text(rotated) + test::file_text(target) == first + second);
    CHECK(std::filesystem::is_symlink(path));
}

TEST_CASE_FIXTURE(Replaced, "sync: a renamed file is synced, also while no new sync may begin") {
    const auto sink = open(true);
    sink->hold_still(true);
    const std::string first = append(*sink, 1, 3);
    static_cast<void>(sink->commit());
    CHECK(sink->stored() == 0);
    std::filesystem::rename(path, rotated);
    SUBCASE("when asked") {
        CHECK(sink->reopen().empty());
    }
    SUBCASE("when noticed") {
        REQUIRE(notices());
        static_cast<void>(sink->commit());
    }
    CHECK(sink->stored() == 3);
    CHECK(test::file_text(rotated) == first);
    CHECK(text().empty());
}

TEST_CASE_FIXTURE(Replaced, "sync: a sync of the new file says nothing of the old one") {
    CHECK(test::in_child([&] {
              if (!test::refuse_call(SYS_io_setup, 1, ENOSYS)) return 100;
              const auto sink = open(true);
              const std::string lines = append(*sink, 1, 3);
              faults::Script script;
              script.fail(Call::fdatasync, EIO, {.times = 1});
              script.fail(Call::ftruncate, EROFS);
              if (sink->commit() != SinkState::refusing) return 1;
              std::filesystem::rename(path, rotated);
              if (!sink->reopen().empty()) return 2;
              if (sink->stored() != 0) return 3;
              if (sink->commit() != SinkState::clear || sink->stored() != 3) return 4;
              return text() == lines ? 0 : 5;
          }) == 0);
}

TEST_CASE_FIXTURE(Replaced, "sync: what follows a truncation and fails to sync is there once") {
    CHECK(test::in_child([&] {
              if (!test::refuse_call(SYS_io_setup, 1, ENOSYS)) return 100;
              const auto sink = open(true);
              sink->hold_still(true);
              const std::string first = append(*sink, 1, 3);
              static_cast<void>(sink->commit());
              std::filesystem::resize_file(path, 0);
              const std::string second = append(*sink, 4, 4);
              static_cast<void>(sink->commit());
              faults::Script script;
              script.fail(Call::fdatasync, EIO, {.times = 1});
              sink->hold_still(false);
              if (sink->commit() != SinkState::refusing) return 1;
              if (sink->commit() != SinkState::clear || sink->stored() != 4) return 2;
              return text() == first + second ? 0 : 3;
          }) == 0);
}
