#include "tools/talk/talk_line_order.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

TEST_CASE("line order: answers count for lines with numbers, also among empty ones") {
    LineOrder order;
    CHECK(order.acknowledge() == 0);  // of nothing
    for (const bool numbered : {false, true, true, false, false, true}) order.sent(numbered);
    for (const std::uint64_t acknowledged : {0U, 1U, 2U, 2U, 2U, 3U, 3U, 3U}) {
        CHECK(order.acknowledge() == acknowledged);
    }
    order.sent(true);
    CHECK(order.acknowledge() == 4);
    order.clear();
    order.sent(true);
    CHECK(order.acknowledge() == 1);
}

TEST_CASE("line order: against a list of all lines") {
    CHECK(rc::check([](const std::vector<std::uint8_t>& events) {
        LineOrder order;
        std::deque<bool> lines;
        std::uint64_t answered = 0;
        for (const std::uint8_t event : events) {
            if (event % 3 < 2) {
                order.sent(event % 3 == 0);
                lines.push_back(event % 3 == 0);
                continue;
            }
            if (!lines.empty()) {
                answered += lines.front() ? 1U : 0U;
                lines.pop_front();
            }
            RC_ASSERT(order.acknowledge() == answered);
        }
    }));
}

TEST_CASE("line order: bounded, and then it promises nothing") {
    LineOrder order;
    for (std::size_t i = 0; i < LineOrder::MOST_RUNS; ++i) order.sent(i % 2 == 0);
    order.sent(true);
    for (std::size_t i = 0; i < LineOrder::MOST_RUNS; ++i) static_cast<void>(order.acknowledge());
    CHECK(order.acknowledge() == LineOrder::MOST_RUNS / 2);
    order.sent(true);
    CHECK(order.acknowledge() == LineOrder::MOST_RUNS / 2);
}
