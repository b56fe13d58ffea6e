#include "tests/common/io/output_stream_fixture.hpp"
#include "tests/support/faults.hpp"

using namespace hark;
using namespace std::chrono_literals;
using faults::Call;
using test::blocks;
using test::OutputStreamFixture;
using test::Pipe;

TEST_CASE_FIXTURE(OutputStreamFixture,
                  "output stream: what is written leaves at the end of the round") {
    const Pipe pipe;
    test::Stream out{loop, pipe.in.get()};
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

TEST_CASE_FIXTURE(OutputStreamFixture,
                  "output stream: a slow reader is waited for without blocking") {
    const Pipe pipe;
    faults::Script script;
    SUBCASE("on an open file of its own") {}
    SUBCASE("on a shared one, where the pipe cannot be opened again") {
        script.fail(Call::open, ENOENT);
    }
    test::Stream out{loop, pipe.in.get()};
    const std::string text = test::plenty();
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

TEST_CASE_FIXTURE(OutputStreamFixture, "output stream: a reader that goes") {
    Pipe pipe;
    test::Stream out{loop, pipe.in.get()};
    SUBCASE("is noticed by a write") {
        pipe.out.reset();
        round();
        CHECK(out.errors == 0);
        out.stream.write("lost");
        round();
    }
    SUBCASE("is noticed while it is waited for") {
        out.stream.write(test::plenty());
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

TEST_CASE_FIXTURE(OutputStreamFixture, "output stream: drain() tells an error") {
    Pipe pipe;
    test::Stream out{loop, pipe.in.get()};
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

TEST_CASE_FIXTURE(OutputStreamFixture,
                  "output stream: drain() writes what the reader takes in time") {
    const Pipe pipe;
    test::Stream out{loop, pipe.in.get()};
    out.stream.write("all");
    out.stream.drain(10s);
    CHECK(out.stream.empty());
    CHECK(drained(pipe.out.get(), 3) == "all");

    const std::string text = test::plenty();
    out.stream.write(text);
    out.stream.drain(1ms);
    CHECK(out.stream.empty());
    round();
    CHECK(out.rooms == 1);  // a producer that waited for room goes on
    const std::string part = drained(pipe.out.get(), 1);
    CHECK(text.starts_with(part));
    round();
    CHECK(out.errors == 0);
}

TEST_CASE_FIXTURE(OutputStreamFixture, "output stream: what is written from a notice leaves, too") {
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
