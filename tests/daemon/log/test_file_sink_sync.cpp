// With `sync`: a record is stored when the disk has it.
#include "tests/daemon/log/file_sink_fixture.hpp"
#include "tests/support/child.hpp"
#include "tests/support/run_until.hpp"

#include <doctest/doctest.h>
#include <sys/syscall.h>

using namespace hark;
using namespace std::chrono_literals;
using faults::Call;
using test::FileSinkFixture;

namespace {

// Without asynchronous I/O, as in a sandbox: fdatasync is called directly, and a script can make it
// fail. The process cannot undo that, so `body` runs in a child; it returns 0 when all is well.
template <typename Body>
int without_aio(Body body) {
    return test::in_child([&] {
        // io_setup(1, ...), with an error that a kernel without it gives.
        if (!test::refuse_call(SYS_io_setup, 1, ENOSYS)) return 100;
        return body();
    });
}

}  // namespace

TEST_CASE_FIXTURE(FileSinkFixture, "sync: a record is stored when the disk has it") {
    const auto sink = open(true);
    CHECK(sink->commit() == SinkState::clear);
    const std::string first = append(*sink, 1, 2);
    const SinkState state = sink->commit();
    CHECK(text() == first);
    if (state == SinkState::busy) {
        CHECK(sink->stored() == 0);
        CHECK(sink->backlog().held == first.size());
        // What comes meanwhile is written, and waits for the next sync.
        const std::string second = append(*sink, 3, 3);
        CHECK(sink->commit() == SinkState::busy);
        CHECK(text() == first + second);
        REQUIRE(test::run_until(loop, [&] { return ready == 1; }));
        CHECK(sink->stored() == 2);
        CHECK(sink->commit() == SinkState::busy);
        REQUIRE(test::run_until(loop, [&] { return ready == 2; }));
        CHECK(sink->stored() == 3);
    } else {
        CHECK(sink->stored() == 2);  // no asynchronous I/O here
    }
    CHECK(sink->commit() == SinkState::clear);
    CHECK(sink->backlog().held == 0);
}

TEST_CASE_FIXTURE(FileSinkFixture, "sync: it can be turned off while a sync runs") {
    const auto sink = open(true);
    append(*sink, 1, 1);
    static_cast<void>(sink->commit());
    append(*sink, 2, 2);
    static_cast<void>(sink->commit());
    sink->reconfigure({.kind = SinkConfig::Kind::file, .path = path, .sync = false});
    CHECK(sink->stored() == 2);
    CHECK(sink->backlog().held == 0);
    append(*sink, 3, 3);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(sink->stored() == 3);
    sink->reconfigure({.kind = SinkConfig::Kind::file, .path = path, .sync = true});
    append(*sink, 4, 4);
    if (sink->commit() == SinkState::busy) CHECK(sink->stored() == 3);
    REQUIRE(test::run_until(loop, [&] { return sink->stored() == 4; }));
}

TEST_CASE_FIXTURE(FileSinkFixture, "sync: reopening waits for what is on its way") {
    const auto sink = open(true);
    const std::string first = append(*sink, 1, 1);
    static_cast<void>(sink->commit());
    const std::string second = append(*sink, 2, 2);
    const std::string rotated = folder / "log.jsonl.1";
    std::filesystem::rename(path, rotated);
    CHECK(sink->reopen().empty());
    const std::string third = append(*sink, 3, 3);
    static_cast<void>(sink->commit());
    REQUIRE(test::run_until(loop, [&] { return sink->stored() == 3; }));
    CHECK(test::file_text(rotated) + text() == first + second + third);
    CHECK(text() == second + third);
}

TEST_CASE_FIXTURE(FileSinkFixture, "sync: what a disk refuses is cut off and written again") {
    CHECK(without_aio([&] {
              const auto sink = open(true);
              const std::string before = append(*sink, 1, 1);
              if (sink->commit() != SinkState::clear || sink->stored() != 1) return 1;
              faults::Script script;
              script.fail(Call::fdatasync, EIO, {.times = 2});
              const std::string lines = append(*sink, 2, 3);
              for (int turn = 0; turn < 2; ++turn) {
                  if (sink->commit() != SinkState::refusing || sink->error() != EIO) return 2;
                  if (text() != before || sink->stored() != 1) return 3;
                  if (sink->backlog().held != lines.size()) return 4;
              }
              if (sink->commit() != SinkState::clear || sink->stored() != 3) return 5;
              return text() == before + lines && sink->backlog().held == 0 ? 0 : 6;
          }) == 0);
}

TEST_CASE_FIXTURE(FileSinkFixture,
                  "sync: what cannot be cut off, either, is there once all the same") {
    CHECK(without_aio([&] {
              const auto sink = open(true);
              faults::Script script;
              script.fail(Call::fdatasync, EIO, {.times = 1});
              script.fail(Call::ftruncate, EIO, {.times = 1});
              const std::string lines = append(*sink, 1, 2);
              if (sink->commit() != SinkState::refusing || sink->stored() != 0) return 1;
              if (sink->commit() != SinkState::clear || sink->stored() != 2) return 2;
              return text() == lines && sink->backlog().held == 0 ? 0 : 3;
          }) == 0);
}

TEST_CASE_FIXTURE(FileSinkFixture,
                  "sync: what failed once and cannot be cut off is not trusted to a second one") {
    CHECK(without_aio([&] {
              const auto sink = open(true);
              faults::Script script;
              script.fail(Call::fdatasync, EIO, {.times = 1});
              script.fail(Call::ftruncate, EIO, {.times = 3});
              const std::string lines = append(*sink, 1, 2);
              if (sink->commit() != SinkState::refusing) return 1;
              append(*sink, 3, 3);
              // Nothing is synced again, or written after it.
              for (int turn = 0; turn < 2; ++turn) {
                  if (sink->commit() != SinkState::refusing || sink->stored() != 0) return 2;
                  if (script.calls(Call::fdatasync) != 1 || text() != lines) return 3;
              }
              if (sink->commit() != SinkState::clear || sink->stored() != 3) return 4;
              return script.calls(Call::fdatasync) == 2 && text().starts_with(lines) ? 0 : 5;
          }) == 0);
}

TEST_CASE_FIXTURE(FileSinkFixture, "sync: what the disk may have is not given away") {
    CHECK(without_aio([&] {
              const auto sink = open(true);
              faults::Script script;
              script.fail(Call::fdatasync, EIO);
              const std::string lines = append(*sink, 1, 2);
              // All of it is cut off again.
              if (sink->finish() != lines || !text().empty()) return 1;
              script.fail(Call::ftruncate, EIO);
              return !sink->finish() && text() == lines ? 0 : 2;
          }) == 0);
}

TEST_CASE_FIXTURE(FileSinkFixture, "sync: in place, one call for all lines of a round") {
    CHECK(without_aio([&] {
              const auto sink = open(true);
              const faults::Script script;
              append(*sink, 1, 50);
              if (sink->commit() != SinkState::clear || sink->stored() != 50) return 1;
              if (script.calls(Call::fdatasync) != 1) return 2;
              if (sink->commit() != SinkState::clear) return 3;
              return script.calls(Call::fdatasync) == 1 ? 0 : 4;
          }) == 0);
}

TEST_CASE_FIXTURE(FileSinkFixture,
                  "sync: with a full disk what is written is synced all the same") {
    CHECK(without_aio([&] {
              const auto sink = open(true);
              const std::string lines = append(*sink, 1, 3);
              faults::Script script;
              script.shorten(Call::write, lines.size() / 3 + 5, {.times = 1});
              script.fail(Call::write, ENOSPC);
              if (sink->commit() != SinkState::refusing || sink->error() != ENOSPC) return 1;
              if (sink->stored() != 1 || text() != lines.substr(0, lines.size() / 3)) return 2;
              script.heal();
              if (sink->commit() != SinkState::clear || sink->stored() != 3) return 3;
              return text() == lines ? 0 : 4;
          }) == 0);
}
