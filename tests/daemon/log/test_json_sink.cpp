// What the console's tests do not cover: its lines, and that it can pass them on.
#include "daemon/log/json_sink.hpp"
#include "tests/daemon/log/output_sink_fixture.hpp"

#include <algorithm>
#include <memory>

#include <doctest/doctest.h>

using namespace hark;
using test::MessageRecord;
using test::Pipe;

namespace {

struct JsonSinkTest : test::OutputSinkFixture {
    [[nodiscard]] std::unique_ptr<JsonSink> open(int fd) {
        return std::make_unique<JsonSink>(loop, on_ready(), fd, "5f3a9c01");
    }
    static std::string fill(JsonSink& sink, std::uint64_t& number) {
        return OutputSinkFixture::fill(sink, number, JsonLines{"5f3a9c01"});
    }
};

}  // namespace

TEST_CASE_FIXTURE(JsonSinkTest, "json sink: the lines are those of a file") {
    const Pipe pipe;
    const auto sink = open(pipe.in.get());
    CHECK(sink->name() == "json");
    JsonLines renderer{"5f3a9c01"};
    std::string lines;
    for (const std::uint64_t number : {1U, 2U}) {
        const MessageRecord message{"\x1b\u4F60", number};
        sink->append(message.record());
        renderer.append(lines, message.record());
    }
    CHECK(sink->backlog().held == lines.size());
    CHECK(sink->commit() == SinkState::clear);
    CHECK(sink->stored() == 2);
    CHECK(test::read_some(pipe.out.get()) == lines);
}

TEST_CASE_FIXTURE(JsonSinkTest, "json sink: a slow reader blocks nobody, and one may go") {
    Pipe pipe;
    const auto sink = open(pipe.in.get());
    std::uint64_t number = 0;
    const std::string lines = fill(*sink, number);
    CHECK(sink->commit() == SinkState::blocked);
    CHECK(drained(*sink, pipe.out.get(), lines.size()) == lines);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(sink->stored() == number);

    pipe.out.reset();
    sink->append(MessageRecord{"lost"}.record());
    CHECK(sink->commit() == SinkState::gone);
    CHECK(sink->error() == EPIPE);
}

TEST_CASE_FIXTURE(JsonSinkTest, "json sink: what its reader leaves another takes over, whole") {
    const Pipe pipe;
    const auto sink = open(pipe.in.get());
    std::uint64_t number = 0;
    const std::string lines = fill(*sink, number);
    const std::string left = sink->finish().value();
    CHECK(lines.ends_with(left));
    const auto ends = [](std::string_view text) {
        return static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
    };
    CHECK(sink->stored() + ends(left) == number);
    CHECK(left.starts_with('{'));

    const Pipe other;
    const auto heir = open(other.in.get());
    REQUIRE(heir->adopt(left));
    CHECK(heir->commit() == SinkState::clear);
    CHECK(heir->stored() == ends(left));
    CHECK(test::read_some(other.out.get()) == left);
}

TEST_CASE_FIXTURE(JsonSinkTest, "json sink: standard output that is not open is an error") {
    Pipe pipe;
    const int closed = pipe.in.get();
    pipe.in.reset();
    CHECK_THROWS_WITH(static_cast<void>(open(closed)),
                      "cannot log to standard output: Bad file descriptor");
}
