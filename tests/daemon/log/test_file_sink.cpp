// Writing: whichever call fails, the file holds whole lines, each once.
#include "tests/daemon/log/file_sink_fixture.hpp"

#include <algorithm>

#include <doctest/doctest.h>

using namespace hark;
using faults::Call;
using test::FileSinkFixture;

namespace {

std::uint64_t lines_in(const std::string& text) {
    return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE_FIXTURE(FileSinkFixture, "file: the lines of a round are one write") {
    const auto sink = open();
    faults::Script script;
    CHECK(sink->commit() == SinkState::clear);
    CHECK(script.calls(Call::write) == 0);
    const std::string lines = append(*sink, 1, 100);
    CHECK(text().empty());
    CHECK(sink->backlog().held == lines.size());
    CHECK(sink->commit() == SinkState::clear);
    CHECK(script.calls(Call::write) == 1);
    CHECK(text() == lines);
    CHECK(sink->stored() == 100);
    CHECK(sink->backlog().held == 0);
}

TEST_CASE_FIXTURE(FileSinkFixture, "file: a write that comes back short goes on") {
    const auto sink = open();
    faults::Script script;
    script.shorten(Call::write, 7);
    const std::string lines = append(*sink, 1, 3);
    CHECK(sink->commit() == SinkState::clear);
    CHECK(text() == lines);
    CHECK(sink->stored() == 3);
}

TEST_CASE_FIXTURE(FileSinkFixture, "file: a refusal after any byte leaves no half line") {
    for (const int error : {ENOSPC, EIO, EDQUOT, 0}) {
        const std::string probe = append(*open(), 1, 3);
        for (std::size_t offset = 0; offset <= probe.size(); ++offset) {
            CAPTURE(error);
            CAPTURE(offset);
            std::filesystem::remove(path);
            const auto sink = open();
            const std::string lines = append(*sink, 1, 4);
            {
                faults::Script script;
                if (offset > 0) script.shorten(Call::write, offset, {.times = 1});
                // A write of nothing is not a success, either.
                if (error == 0) script.shorten(Call::write, 0);
                if (error != 0) script.fail(Call::write, error);
                REQUIRE(sink->commit() == SinkState::refusing);
                REQUIRE(sink->error() == (error == 0 ? ENOSPC : error));
                const std::string now = text();
                REQUIRE((now.empty() || now.ends_with('\n')));
                REQUIRE(now == lines.substr(0, now.size()));
                REQUIRE(sink->stored() == lines_in(now));
                REQUIRE(lines_in(now) == lines_in(lines.substr(0, offset)));
                REQUIRE(sink->backlog().held == lines.size() - now.size());
                REQUIRE(sink->commit() == SinkState::refusing);
                REQUIRE(text() == now);
            }
            REQUIRE(sink->commit() == SinkState::clear);
            REQUIRE(text() == lines);
            REQUIRE(sink->stored() == 4);
        }
    }
}

TEST_CASE_FIXTURE(FileSinkFixture,
                  "file: where the half line cannot be cut off it is ended later") {
    const std::size_t size = append(*open(), 1, 3).size();
    for (const Call call : {Call::ftruncate, Call::fstat}) {
        for (std::size_t offset = 1; offset < size; ++offset) {
            CAPTURE(offset);
            std::filesystem::remove(path);
            const auto sink = open();
            const std::string lines = append(*sink, 1, 3);
            faults::Script script;
            script.shorten(Call::write, offset, {.times = 1});
            script.fail(Call::write, ENOSPC);
            script.fail(call, EIO);
            REQUIRE(sink->commit() == SinkState::refusing);
            REQUIRE(text() == lines.substr(0, offset));
            REQUIRE(sink->stored() == lines_in(text()));
            REQUIRE(sink->commit() == SinkState::refusing);
            REQUIRE(text() == lines.substr(0, offset));
            SUBCASE("it goes on behind it") {
                script.heal();
                REQUIRE(sink->commit() == SinkState::clear);
                REQUIRE(text() == lines);
            }
            SUBCASE("it can be cut off before there is room") {
                script.heal(call);
                REQUIRE(sink->commit() == SinkState::refusing);
                REQUIRE((text().empty() || text().ends_with('\n')));
                script.heal();
                REQUIRE(sink->commit() == SinkState::clear);
                REQUIRE(text() == lines);
            }
            REQUIRE(sink->stored() == 3);
        }
    }
}

TEST_CASE_FIXTURE(FileSinkFixture,
                  "file: one that was emptied meanwhile is not cut below nothing") {
    const auto sink = open();
    const std::string lines = append(*sink, 1, 1);
    {
        faults::Script script;
        script.shorten(Call::write, 10, {.times = 1});
        script.fail(Call::write, ENOSPC);
        script.fail(Call::ftruncate, EIO);
        CHECK(sink->commit() == SinkState::refusing);
        CHECK(text() == lines.substr(0, 10));
        std::filesystem::resize_file(path, 0);
        script.heal(Call::ftruncate);
        CHECK(sink->commit() == SinkState::refusing);
    }
    CHECK(sink->commit() == SinkState::clear);
    CHECK(text() == lines);
    CHECK(sink->stored() == 1);
}

TEST_CASE_FIXTURE(FileSinkFixture, "file: what comes while it refuses goes behind") {
    const auto sink = open();
    std::string lines = append(*sink, 1, 2);
    {
        faults::Script script;
        script.fail(Call::write, ENOSPC);
        CHECK(sink->commit() == SinkState::refusing);
        lines += append(*sink, 3, 4);
        CHECK(sink->commit() == SinkState::refusing);
        CHECK(sink->backlog().held == lines.size());
        CHECK(script.calls(Call::write) == 2);
    }
    CHECK(sink->commit() == SinkState::clear);
    CHECK(text() == lines);
    CHECK(sink->stored() == 4);
}

TEST_CASE_FIXTURE(FileSinkFixture, "file: what it cannot write another file takes over") {
    const auto sink = open();
    const std::string lines = append(*sink, 1, 3);
    std::optional<std::string> left;
    {
        faults::Script script;
        script.shorten(Call::write, lines.size() / 2, {.times = 1});
        script.fail(Call::write, ENOSPC);
        SUBCASE("the half of a line is cut off") {}
        SUBCASE("the half of a line stays") {
            script.fail(Call::ftruncate, EIO);
        }
        left = sink->finish();
    }
    CHECK(sink->stored() == 1);
    CHECK(left == lines.substr(lines.find('\n') + 1));

    path = folder / "other.jsonl";
    const auto heir = open();
    REQUIRE(heir->adopt(left.value()));
    const std::string more = append(*heir, 4, 4);
    CHECK(heir->commit() == SinkState::clear);
    CHECK(heir->stored() == 3);
    CHECK(text() == *left + more);
}
