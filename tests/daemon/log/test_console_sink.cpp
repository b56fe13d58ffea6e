#include "daemon/log/console_sink.hpp"
#include "tests/daemon/log/output_sink_fixture.hpp"
#include "tests/support/faults.hpp"
#include "tests/support/temporary_folder.hpp"

#include <chrono>
#include <cstdlib>
#include <memory>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace hark;
using faults::Call;
using test::blocks;
using test::MessageRecord;
using test::Pipe;

namespace {

constexpr ConsoleLines::Style PLAIN{.time = false, .colour = false};

struct ConsoleSinkTest : test::OutputSinkFixture {
    [[nodiscard]] std::unique_ptr<ConsoleSink> open(int fd) {
        return std::make_unique<ConsoleSink>(loop, on_ready(), fd, PLAIN);
    }
    static std::string fill(ConsoleSink& sink, std::uint64_t& number) {
        return OutputSinkFixture::fill(sink, number, ConsoleLines{PLAIN});
    }
};

}  // namespace

TEST_CASE_FIXTURE(ConsoleSinkTest, "console sink: a pipe whose reader is slow blocks nobody") {
    const Pipe pipe;
    const auto sink = open(pipe.in.get());
    CHECK(sink->name() == "console");
    std::uint64_t number = 0;
    const std::string lines = fill(*sink, number);
    CHECK(sink->commit() == SinkState::blocked);
    CHECK(sink->backlog().held > 0);
    CHECK(sink->stored() < number);
    CHECK(blocks(pipe.in.get()));  // the file description, which others share, is unchanged
    loop.run_once({});
    CHECK(ready == 0);

    CHECK(drained(*sink, pipe.out.get(), lines.size()) == lines);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(sink->stored() == number);
    CHECK(sink->backlog().held == 0);
    const auto said = ready;
    loop.run_once({});
    CHECK(ready == said);
}

TEST_CASE_FIXTURE(ConsoleSinkTest, "console sink: a reader that has closed is gone for good") {
    Pipe pipe;
    const auto sink = open(pipe.in.get());
    SUBCASE("at once") {}
    SUBCASE("while it was waited for") {
        std::uint64_t number = 0;
        fill(*sink, number);
    }
    pipe.out.reset();
    sink->append(MessageRecord{"lost"}.record());
    CHECK(sink->commit() == SinkState::gone);
    CHECK(sink->error() == EPIPE);
    loop.run_once({});
    CHECK(ready == 0);
}

TEST_CASE_FIXTURE(ConsoleSinkTest,
                  "console sink: a reader that closes while it is waited for is noticed") {
    Pipe pipe;
    const auto sink = open(pipe.in.get());
    std::uint64_t number = 0;
    fill(*sink, number);
    pipe.out.reset();
    REQUIRE(test::run_until(loop, [&] { return ready == 1; }));
    CHECK(sink->commit() == SinkState::gone);
    loop.run_once({});
    CHECK(ready == 1);
}

TEST_CASE_FIXTURE(ConsoleSinkTest, "console sink: a socket, as a service manager gives") {
    test::SocketPair pair = test::unix_pair();
    // Others write to it, too, and may block, so it stays blocking; a send that blocks is noticed.
    test::set_blocking(pair.server.get(), true);
    test::set_option(pair.server.get(), SOL_SOCKET, SO_SNDTIMEO, timeval{5, 0});
    const auto sink = open(pair.server.get());
    std::uint64_t number = 0;
    const auto begun = std::chrono::steady_clock::now();
    const std::string lines = fill(*sink, number);
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{5});
    CHECK(blocks(pair.server.get()));
    CHECK(drained(*sink, pair.client.get(), lines.size()) == lines);
    CHECK(sink->stored() == number);
    pair.client.reset();
    sink->append(MessageRecord{"lost"}.record());
    CHECK(sink->commit() == SinkState::gone);
}

TEST_CASE_FIXTURE(ConsoleSinkTest, "console sink: a regular file") {
    const test::TemporaryFolder folder;
    const std::string path = folder / "out";
    const UniqueFd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
    const auto sink = open(file.get());
    sink->append(MessageRecord{"one", 1}.record());
    CHECK(sink->commit() == SinkState::clear);
    CHECK(test::file_text(path) == "192.0.2.7:51324 #1: one\n");
    faults::Script script;
    script.shorten(Call::write, 4, {.times = 1});
    script.fail(Call::write, ENOSPC, {.times = 1});
    sink->append(MessageRecord{"two", 2}.record());
    CHECK(sink->commit() == SinkState::refusing);
    CHECK(sink->error() == ENOSPC);
    CHECK(sink->stored() == 1);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(sink->stored() == 2);
    CHECK(test::file_text(path) == "192.0.2.7:51324 #1: one\n192.0.2.7:51324 #2: two\n");
}

TEST_CASE_FIXTURE(ConsoleSinkTest,
                  "console sink: a pipe that cannot be opened anew is asked for room first") {
    const Pipe pipe;
    faults::Script script;
    script.fail(Call::open, ENOENT);
    const auto sink = open(pipe.in.get());
    CHECK(blocks(pipe.in.get()));
    std::uint64_t number = 0;
    const std::string lines = fill(*sink, number);  // would hang if it could wait
    CHECK(drained(*sink, pipe.out.get(), lines.size()) == lines);
    CHECK(sink->stored() == number);
}

TEST_CASE_FIXTURE(ConsoleSinkTest, "console sink: standard output that is not open is an error") {
    Pipe pipe;
    const int closed = pipe.in.get();
    pipe.in.reset();
    CHECK_THROWS_WITH(static_cast<void>(open(closed)),
                      "cannot log to the console, standard output: Bad file descriptor");
}

TEST_CASE("console style") {
    const UniqueFd terminal{::open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)};
    const Pipe pipe;
    ::setenv("TERM", "xterm", 1);
    ::unsetenv("NO_COLOR");
    ::unsetenv("JOURNAL_STREAM");
    CHECK(console_style(pipe.in.get()).time);
    CHECK_FALSE(console_style(pipe.in.get()).colour);
    if (terminal) {
        CHECK(console_style(terminal.get()).colour);
        ::setenv("NO_COLOR", "1", 1);
        CHECK_FALSE(console_style(terminal.get()).colour);
        ::setenv("NO_COLOR", "", 1);
        CHECK(console_style(terminal.get()).colour);
        ::setenv("TERM", "dumb", 1);
        CHECK_FALSE(console_style(terminal.get()).colour);
        ::unsetenv("TERM");
        CHECK_FALSE(console_style(terminal.get()).colour);
    }
    struct stat status {};
    REQUIRE(::fstat(pipe.in.get(), &status) == 0);
    ::setenv("JOURNAL_STREAM", fmt::format("{}:{}", status.st_dev, status.st_ino).c_str(), 1);
    CHECK_FALSE(console_style(pipe.in.get()).time);
    ::unsetenv("JOURNAL_STREAM");
    ::unsetenv("NO_COLOR");
}
