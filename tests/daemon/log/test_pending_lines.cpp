#include "daemon/log/pending_lines.hpp"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

TEST_CASE("pending lines: a short write anywhere") {
    const std::string three = "one\ntwo two\nthree\n";
    for (std::size_t first = 0; first <= three.size(); ++first) {
        PendingLines lines;
        lines.add(three);
        CHECK(lines.waiting() == 3);
        CHECK(lines.unwritten() == three);
        const auto ended = lines.wrote(first);
        CHECK(ended == static_cast<std::uint64_t>(
                           std::count(three.begin(), three.begin() + std::ptrdiff_t(first), '\n')));
        CHECK(lines.unwritten() == three.substr(first));
        CHECK(ended + lines.wrote(three.size() - first) == 3);
        CHECK(lines.unwritten().empty());
        CHECK(lines.half_line() == 0);
    }
}

TEST_CASE("pending lines: a half line can be taken back") {
    PendingLines lines;
    lines.add("one\ntwo\n");
    CHECK(lines.wrote(6) == 1);
    CHECK(lines.half_line() == 2);
    lines.take_back_half_line();
    CHECK(lines.half_line() == 0);
    CHECK(lines.unwritten() == "two\n");
    CHECK(lines.wrote(1) == 0);
    CHECK(lines.wrote(1) == 0);
    CHECK(lines.half_line() == 2);
    CHECK(lines.wrote(2) == 1);
    lines.take_back_half_line();
    CHECK(lines.unwritten().empty());
}

TEST_CASE("pending lines: whatever is added, written and taken back, all lines arrive whole") {
    CHECK(rc::check([] {
        PendingLines lines;
        std::string added;
        std::string arrived;
        std::uint64_t count = 0;
        const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 40));
        for (const int step : steps) {
            if (step < 8) {
                const std::string line(static_cast<std::size_t>(step), 'a');
                added += line + "\n";
                lines.next_line() += line + "\n";
            } else if (step < 34) {
                const auto most = lines.unwritten().size();
                const auto size = std::min(most, static_cast<std::size_t>(step - 8));
                arrived += lines.unwritten().substr(0, size);
                count += lines.wrote(size);
            } else {
                arrived.resize(arrived.size() - lines.half_line());
                lines.take_back_half_line();
            }
            const auto last_end = arrived.rfind('\n');
            RC_ASSERT(lines.half_line() ==
                      arrived.size() - (last_end == arrived.npos ? 0 : last_end + 1));
            RC_ASSERT(arrived + std::string{lines.unwritten()} == added);
            RC_ASSERT(lines.waiting() ==
                      static_cast<std::uint64_t>(std::ranges::count(lines.unwritten(), '\n')));
            RC_ASSERT(count ==
                      static_cast<std::uint64_t>(std::count(arrived.begin(), arrived.end(), '\n')));
        }
    }));
}

TEST_CASE("pending lines: what is taken back waits again") {
    PendingLines lines;
    lines.add("one\ntwo\nthree\n");
    CHECK(lines.wrote(10) == 2);
    CHECK(lines.waiting() == 1);
    lines.release(4);
    lines.take_back();
    CHECK(lines.unwritten() == "two\nthree\n");
    CHECK(lines.waiting() == 2);
    CHECK(lines.wrote(lines.unwritten().size()) == 2);
    CHECK(lines.waiting() == 0);
}
