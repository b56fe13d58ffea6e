// The kinds of file that standard output may be.
#include "tests/common/io/output_stream_fixture.hpp"
#include "tests/support/faults.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cstdlib>

#include <termios.h>

using namespace hark;
using faults::Call;
using test::blocks;
using test::OutputStreamFixture;
using test::Pipe;

namespace {

// Both ends of a raw terminal: bytes come out as they went in.
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

}  // namespace

TEST_CASE_FIXTURE(OutputStreamFixture, "output stream: a terminal that is slow") {
    const Terminal terminal;
    test::Stream out{loop, terminal.program.get()};
    const std::string text = test::plenty();
    out.stream.write(text);
    round();
    CHECK_FALSE(out.stream.empty());
    CHECK(blocks(terminal.program.get()));
    CHECK(drained(terminal.keyboard.get(), text.size()) == text);
    REQUIRE(test::run_until(loop, [&] { return out.empties == 1; }));
    CHECK(out.rooms == 1);
}

TEST_CASE_FIXTURE(OutputStreamFixture,
                  "output stream: a regular file is written to at once, where it stands") {
    const test::TemporaryFolder folder;
    const std::string path = folder / "out";
    test::write_file(path, "before ");
    const UniqueFd file{::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)};
    test::Stream out{loop, file.get()};
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

TEST_CASE_FIXTURE(OutputStreamFixture, "output stream: a device that cannot be watched") {
    const UniqueFd null{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
    test::Stream out{loop, null.get()};
    SUBCASE("while nothing is queued") {
        out.stream.watch_reader();
    }
    out.stream.write(test::plenty());
    SUBCASE("while something is queued") {
        out.stream.watch_reader();
    }
    round();
    CHECK(out.stream.empty());
    CHECK(out.empties == 1);
    CHECK(out.errors == 0);

    faults::Script script;
    script.fail(Call::write, EAGAIN);  // nothing could tell when it has room
    out.stream.write("lost");
    round();
    CHECK(out.stream.error() == EPERM);
    CHECK(out.errors == 1);
}

TEST_CASE_FIXTURE(OutputStreamFixture, "output stream: a full device fails") {
    const UniqueFd full{::open("/dev/full", O_WRONLY | O_CLOEXEC)};
    test::Stream out{loop, full.get()};
    out.stream.write("lost");
    round();
    CHECK(out.stream.error() == ENOSPC);
    CHECK(out.errors == 1);
    CHECK(out.empties == 0);
    CHECK(out.stream.empty());
}

TEST_CASE_FIXTURE(OutputStreamFixture, "output stream: a socket") {
    test::SocketPair pair = test::unix_pair();
    test::set_blocking(pair.server.get(), true);
    test::Stream out{loop, pair.server.get()};
    const std::string text = test::plenty();
    out.stream.write(text);
    round();
    CHECK_FALSE(out.stream.empty());
    CHECK(drained(pair.client.get(), text.size()) == text);
    pair.client.reset();
    out.stream.write("lost");
    REQUIRE(test::run_until(loop, [&] { return out.errors == 1; }));
    CHECK(out.stream.error() == EPIPE);
}

TEST_CASE_FIXTURE(OutputStreamFixture,
                  "output stream: one that is closed fails on the first write") {
    Pipe pipe;
    const int closed = pipe.in.get();
    pipe.in.reset();
    test::Stream out{loop, closed};
    out.stream.watch_reader();
    round();
    CHECK(out.errors == 0);
    out.stream.write("lost");
    round();
    CHECK(out.stream.error() == EBADF);
    CHECK(out.errors == 1);
}
