#include "common/io/output_stream.hpp"
#include "tests/support/faults.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/pipe.hpp"
#include "tests/support/run_until.hpp"
#include "tests/support/temporary_folder.hpp"

#include <chrono>
#include <cstdlib>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

using namespace hark;
using namespace std::chrono_literals;
using faults::Call;
using test::blocks;
using test::Pipe;

namespace {

// Both ends of a terminal, which is raw: bytes come out as they went in.
struct Terminal {
    Terminal() {
        keyboard.reset(test::checked(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "openpt"));
        test::checked(::grantpt(keyboard.get()), "grantpt");
        test::checked(::unlockpt(keyboard.get()), "unlockpt");
        program.reset(test::checked(
            ::open(::ptsname(keyboard.get()), O_RDWR | O_NOCTTY | O_CLOEXEC), "open"));
        termios modes{};
        test::checked(::tcgetattr(program.get(), &modes), "tcgetattr");
        ::cfmakeraw(&modes);
        test::checked(::tcsetattr(program.get(), TCSANOW, &modes), "tcsetattr");
    }
    UniqueFd keyboard;
    UniqueFd program;
};

struct Stream {
    Stream(EventLoop& loop, int fd)
        : stream{loop,
                 fd,
                 {.on_room = method<&Stream::on_room>(*this),
                  .on_empty = method<&Stream::on_empty>(*this),
                  .on_error = method<&Stream::on_error>(*this)}} {}

    void on_room() noexcept { ++rooms; }
    void on_empty() noexcept { ++empties; }
    void on_error() noexcept { ++errors; }

    int rooms = 0;
    int empties = 0;
    int errors = 0;
    OutputStream stream;
};

struct Fixture {
    Fixture() { ::signal(SIGPIPE, SIG_IGN); }

    void round() { loop.run_once(0ms); }
    // Reads what comes out of `fd` until `size` bytes have come.
    std::string drained(int fd, std::size_t size) {
        std::string text;
        REQUIRE(test::run_until(loop, [&] {
            text += test::read_some(fd);
            return text.size() >= size;
        }));
        return text;
    }

    test::ManualClock clock;
    EventLoop loop{clock};
};

// More than a pipe takes, in recognisable bytes.
std::string plenty() {
    std::string text;
    for (int i = 0; text.size() < 4 * OutputStream::LIMIT; ++i) text += std::to_string(i) + "\n";
    return text;
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "output stream: what is written leaves at the end of the round") {
    const Pipe pipe;
    Stream out{loop, pipe.in.get()};
    out.stream.write("one ");
    out.stream.write("two");
    CHECK_FALSE(out.stream.empty());
    CHECK(test::poll_for(pipe.out.get(), POLLIN, 0) == 0);
    round();
    CHECK(out.stream.empty());
    CHECK(out.empties == 1);
    CHECK(out.rooms == 0);
    CHECK(drained(pipe.out.get(), 7) == "one two");
}

TEST_CASE_FIXTURE(Fixture, "output stream: a slow reader is waited for without blocking") {
    const Pipe pipe;
    faults::Script script;
    SUBCASE("on an open file of its own") {}
    SUBCASE("on a shared one, where the pipe cannot be opened again") {
        script.fail(Call::open, ENOENT);
    }
    Stream out{loop, pipe.in.get()};
    const std::string text = plenty();
    out.stream.write(text);
    CHECK_FALSE(out.stream.has_room());
    round();
    round();
    CHECK_FALSE(out.stream.has_room());
    CHECK(blocks(pipe.in.get()));  // others share that open file
    CHECK(out.rooms == 0);
    CHECK(out.empties == 0);

    CHECK(drained(pipe.out.get(), text.size()) == text);
    REQUIRE(test::run_until(loop, [&] { return out.stream.empty(); }));
    CHECK(out.rooms == 1);
    CHECK(out.empties == 1);
    CHECK(out.errors == 0);
}

TEST_CASE_FIXTURE(Fixture, "output stream: a terminal that is slow") {
    const Terminal terminal;
    Stream out{loop, terminal.program.get()};
    const std::string text = plenty();
    out.stream.write(text);
    round();
    CHECK_FALSE(out.stream.empty());
    CHECK(blocks(terminal.program.get()));
    CHECK(drained(terminal.keyboard.get(), text.size()) == text);
    REQUIRE(test::run_until(loop, [&] { return out.empties == 1; }));
    CHECK(out.rooms == 1);
}

TEST_CASE_FIXTURE(Fixture, "output stream: a regular file is written to at once, where it stands") {
    const test::TemporaryFolder folder;
    const std::string path = folder / "out";
    test::write_file(path, "before ");
    const UniqueFd file{::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)};
    Stream out{loop, file.get()};
    out.stream.watch_reader();
    out.stream.write("now");
    CHECK(out.stream.empty());
    CHECK(test::file_text(path) == "before now");

    faults::Script script;
    script.fail(Call::write, ENOSPC);
    out.stream.write("lost");
    CHECK(out.stream.error() == ENOSPC);
    CHECK(out.errors == 0);  // not from within write()
    round();
    CHECK(out.errors == 1);
    out.stream.write("dropped");
    round();
    CHECK(out.errors == 1);
    CHECK(out.stream.empty());
}

TEST_CASE_FIXTURE(Fixture, "output stream: a device that cannot be watched") {
    const UniqueFd null{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
    Stream out{loop, null.get()};
    SUBCASE("while nothing is queued") {
        out.stream.watch_reader();
    }
    out.stream.write(plenty());
    SUBCASE("while something is queued") {
        out.stream.watch_reader();
    }
    round();
    CHECK(out.stream.empty());
    CHECK(out.empties == 1);
    CHECK(out.errors == 0);

    faults::Script script;
    script.fail(Call::write, EAGAIN);  // nobody could tell when it has room
    out.stream.write("lost");
    round();
    CHECK(out.stream.error() == EPERM);
    CHECK(out.errors == 1);
}

TEST_CASE_FIXTURE(Fixture, "output stream: a full device fails") {
    const UniqueFd full{::open("/dev/full", O_WRONLY | O_CLOEXEC)};
    Stream out{loop, full.get()};
    out.stream.write("lost");
    round();
    CHECK(out.stream.error() == ENOSPC);
    CHECK(out.errors == 1);
    CHECK(out.empties == 0);
    CHECK(out.stream.empty());
}

TEST_CASE_FIXTURE(Fixture, "output stream: a socket") {
    test::SocketPair pair = test::unix_pair();
    test::set_blocking(pair.server.get(), true);
    Stream out{loop, pair.server.get()};
    const std::string text = plenty();
    out.stream.write(text);
    round();
    CHECK_FALSE(out.stream.empty());
    CHECK(drained(pair.client.get(), text.size()) == text);
    pair.client.reset();
    out.stream.write("lost");
    REQUIRE(test::run_until(loop, [&] { return out.errors == 1; }));
    CHECK(out.stream.error() == EPIPE);
}

TEST_CASE_FIXTURE(Fixture, "output stream: a reader that goes") {
    Pipe pipe;
    Stream out{loop, pipe.in.get()};
    SUBCASE("is noticed by a write") {
        pipe.out.reset();
        round();
        CHECK(out.errors == 0);
        out.stream.write("lost");
        round();
    }
    SUBCASE("is noticed while it is waited for") {
        out.stream.write(plenty());
        round();
        pipe.out.reset();
        REQUIRE(test::run_until(loop, [&] { return out.errors == 1; }));
    }
    SUBCASE("is noticed by a stream that watches it") {
        out.stream.watch_reader();
        out.stream.write("one");
        round();
        CHECK(out.errors == 0);
        pipe.out.reset();
        REQUIRE(test::run_until(loop, [&] { return out.errors == 1; }));
    }
    CHECK(out.errors == 1);
    CHECK(out.stream.error() == EPIPE);
    CHECK(out.stream.empty());
    round();
    CHECK(out.errors == 1);
}

TEST_CASE_FIXTURE(Fixture, "output stream: one that is closed fails on the first write") {
    Pipe pipe;
    const int closed = pipe.in.get();
    pipe.in.reset();
    Stream out{loop, closed};
    out.stream.watch_reader();
    round();
    CHECK(out.errors == 0);
    out.stream.write("lost");
    round();
    CHECK(out.stream.error() == EBADF);
    CHECK(out.errors == 1);
}

TEST_CASE_FIXTURE(Fixture, "output stream: drain() tells an error") {
    Pipe pipe;
    Stream out{loop, pipe.in.get()};
    out.stream.write("lost");
    pipe.out.reset();
    out.stream.drain(10s);
    CHECK(out.stream.error() == EPIPE);
    CHECK(out.stream.empty());
    CHECK(out.errors == 1);
    round();
    CHECK(out.errors == 1);
    CHECK(out.empties == 0);
}

TEST_CASE_FIXTURE(Fixture, "output stream: drain() writes what the reader takes in time") {
    const Pipe pipe;
    Stream out{loop, pipe.in.get()};
    out.stream.write("all");
    out.stream.drain(10s);
    CHECK(out.stream.empty());
    CHECK(drained(pipe.out.get(), 3) == "all");

    const std::string text = plenty();
    out.stream.write(text);
    out.stream.drain(1ms);
    CHECK(out.stream.empty());
    round();
    CHECK(out.rooms == 1);  // whoever waited for it goes on
    const std::string part = drained(pipe.out.get(), 1);
    CHECK(text.starts_with(part));
    round();
    CHECK(out.errors == 0);
}

TEST_CASE_FIXTURE(Fixture, "output stream: what is written from a notice leaves, too") {
    const Pipe pipe;
    struct Echo {
        Echo(EventLoop& loop, int fd)
            : stream{loop,
                     fd,
                     {.on_room = {}, .on_empty = method<&Echo::on_empty>(*this), .on_error = {}}} {}
        void on_empty() noexcept {
            if (left-- > 0) stream.write("again ");
        }
        int left = 3;
        OutputStream stream;
    };
    Echo echo{loop, pipe.in.get()};
    echo.stream.write("first ");
    CHECK(drained(pipe.out.get(), 24) == "first again again again ");
}
