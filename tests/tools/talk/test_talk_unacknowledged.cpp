#include "tools/talk/talk_unacknowledged.hpp"

#include <doctest/doctest.h>

using namespace hark;

namespace {

using Lines = std::deque<std::string>;

UnacknowledgedLines kept(std::initializer_list<std::string_view> lines) {
    UnacknowledgedLines result;
    for (const std::string_view line : lines) result.add(line);
    return result;
}

}  // namespace

TEST_CASE("unacknowledged lines: numbers are those of the connection") {
    UnacknowledgedLines lines = kept({"one", "two", "three"});
    CHECK(lines.acknowledge(1));
    CHECK_FALSE(lines.acknowledge(1));
    CHECK(lines.lines() == Lines{"two", "three"});
    lines.renumber();
    lines.add("four");
    CHECK(lines.acknowledge(2));
    CHECK(lines.lines() == Lines{"four"});
    CHECK(lines.added() == 4);
    CHECK(lines.acknowledged() == 3);
    CHECK(lines.acknowledge(~std::uint64_t{0} - 1));
    CHECK(lines.count() == 0);
}

TEST_CASE("unacknowledged lines: the oldest are forgotten, but count") {
    const std::string half(UnacknowledgedLines::MOST_BYTES / 2, 'x');
    UnacknowledgedLines lines = kept({"one", half, half, half});
    CHECK_FALSE(lines.has_room());
    lines.forget_oldest();
    CHECK(lines.has_room());
    CHECK(lines.lines().size() == 1);
    CHECK(lines.count() == 4);
    SUBCASE("and are acknowledged with those that are kept") {
        CHECK(lines.acknowledge(3));
        CHECK(lines.count() == 1);
    }
    SUBCASE("and are lost with the connection") {
        lines.renumber();
        CHECK(lines.acknowledge(1));
        CHECK(lines.count() == 3);
        CHECK(lines.acknowledged() == 1);
    }
}
