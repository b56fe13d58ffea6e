// An output stream, the notices that it has given, and the reader's end.
#pragma once

#include "common/io/output_stream.hpp"
#include "common/loop/event_loop.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/pipe.hpp"
#include "tests/support/run_until.hpp"

#include <string>

#include <doctest/doctest.h>
#include <signal.h>

namespace hark::test {

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

struct OutputStreamFixture {
    OutputStreamFixture() { ::signal(SIGPIPE, SIG_IGN); }

    void round() { loop.run_once({}); }
    // Reads what comes out of `fd` until `size` bytes have come.
    std::string drained(int fd, std::size_t size) {
        std::string text;
        REQUIRE(run_until(loop, [&] {
            text += read_some(fd);
            return text.size() >= size;
        }));
        return text;
    }

    ManualClock clock;
    EventLoop loop{clock};
};

// More than a pipe takes, in recognisable bytes.
inline std::string plenty() {
    std::string text;
    for (int i = 0; text.size() < 4 * OutputStream::LIMIT; ++i) text += std::to_string(i) + "\n";
    return text;
}

}  // namespace hark::test
