#include "tools/bench/schedule.hpp"

#include <chrono>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;
using namespace std::chrono_literals;

namespace {

const TimePoint START{1000s};

}  // namespace

TEST_CASE("a thousand a second over three connections") {
    const Schedule schedule{START, 1000, 3};
    CHECK(schedule.due_at(0, 0) == START);
    CHECK(schedule.due_at(1, 0) == START + 1ms);
    CHECK(schedule.due_at(2, 0) == START + 2ms);
    CHECK(schedule.due_at(0, 1) == START + 3ms);
    CHECK(schedule.due(START - 1ns) == 0);
    CHECK(schedule.due(START) == 1);
    CHECK(schedule.due(START + 1ms - 1ns) == 1);
    CHECK(schedule.due(START + 1ms) == 2);
    CHECK(schedule.due(START + 10s - 1ns) == 10000);
    CHECK(schedule.share(0, 0) == 0);
    CHECK(schedule.share(4, 0) == 2);
    CHECK(schedule.share(4, 1) == 1);
    CHECK(schedule.share(2, 2) == 0);
}

TEST_CASE("what is due has been due, and what is not has not") {
    CHECK(rc::check([] {
        const double rate = *rc::gen::inRange(1, 100'000'000) / 1000.0;
        const auto connections = *rc::gen::inRange<std::uint64_t>(1, 100);
        const Duration passed{*rc::gen::inRange<std::int64_t>(0, 4'000'000'000'000)};
        const Schedule schedule{START, rate, connections};
        const TimePoint now = START + passed;
        const std::uint64_t due = schedule.due(now);
        RC_ASSERT(due >= 1U);
        RC_ASSERT(schedule.due_at(due - 1) <= now);
        RC_ASSERT(schedule.due_at(due) > now);
        std::uint64_t shared = 0;
        for (std::uint64_t each = 0; each < connections; ++each) {
            const std::uint64_t share = schedule.share(due, each);
            shared += share;
            if (share > 0) RC_ASSERT(schedule.due_at(each, share - 1) <= now);
            RC_ASSERT(schedule.due_at(each, share) > now);
        }
        RC_ASSERT(shared == due);
    }));
}
