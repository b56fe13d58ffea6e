// A sink on standard output, or rather on what a test puts in its place.
#pragma once

#include "daemon/log/output_sink.hpp"
#include "tests/common/record/records.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/pipe.hpp"
#include "tests/support/run_until.hpp"

#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <signal.h>

namespace hark::test {

struct OutputSinkFixture {
    OutputSinkFixture() { ::signal(SIGPIPE, SIG_IGN); }

    [[nodiscard]] Callback<void()> on_ready() noexcept {
        return {&ready, [](void* count) noexcept { ++*static_cast<unsigned*>(count); }};
    }
    // Appends messages from 1 on until `sink` is full; returns all their lines, as `renderer` makes
    // them.
    template <typename Renderer>
    static std::string fill(OutputSink& sink, std::uint64_t& number, Renderer renderer) {
        const std::string words(500, 'x');
        std::string lines;
        do {
            REQUIRE(number < 100'000);
            const MessageRecord message{words, ++number};
            sink.append(message.record());
            renderer.append(lines, message.record());
        } while (sink.commit() == SinkState::clear);
        return lines;
    }
    // Reads until `size` bytes have come, while the sink is told when there is room.
    [[nodiscard]] std::string drained(OutputSink& sink, int fd, std::size_t size) {
        std::string text;
        unsigned seen = ready;
        REQUIRE(run_until(loop, [&] {
            text += read_some(fd);
            if (std::exchange(seen, ready) != ready) static_cast<void>(sink.commit());
            return text.size() >= size;
        }));
        return text;
    }

    ManualClock clock;
    EventLoop loop{clock};
    unsigned ready = 0;
};

}  // namespace hark::test
