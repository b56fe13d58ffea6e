#include "common/io/byte_queue.hpp"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

TEST_CASE("byte queue: bytes leave in the order in which they came") {
    ByteQueue queue;
    CHECK(queue.empty());
    queue.append("one ");
    queue.back() += "two";
    CHECK(queue.view() == "one two");
    queue.consume(2);
    CHECK(queue.view() == "e two");
    CHECK(queue.size() == 5);
    queue.append("!");
    CHECK(queue.view() == "e two!");
    queue.consume(6);
    CHECK(queue.empty());
    CHECK(queue.view().empty());
}

TEST_CASE("byte queue: whatever is appended and consumed, the view is what is left") {
    CHECK(rc::check([] {
        ByteQueue queue{64};
        std::string model;
        char next = 'a';
        const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-60, 40));
        for (const int step : steps) {
            if (step >= 0) {
                const std::string bytes(static_cast<std::size_t>(step), next++);
                model += bytes;
                queue.append(bytes);
            } else {
                const auto count = std::min(static_cast<std::size_t>(-step), model.size());
                model.erase(0, count);
                queue.consume(count);
            }
            RC_ASSERT(queue.view() == model);
            RC_ASSERT(queue.size() == model.size());
            RC_ASSERT(queue.empty() == model.empty());
        }
    }));
}

TEST_CASE("byte queue: consumed bytes never take up more than half") {
    ByteQueue queue;
    for (int i = 0; i < 10'000; ++i) {
        queue.append("0123456789");
        queue.consume(9);
        REQUIRE(queue.back().size() <= 2 * queue.size() + 10);
    }
    CHECK(queue.size() == 10'000);
}

TEST_CASE("byte queue: an empty queue keeps a little memory, and gives back a burst's") {
    ByteQueue queue{4096};
    queue.append(std::string(4000, 'x'));
    queue.clear();
    const std::size_t kept = queue.back().capacity();
    CHECK(kept >= 4000);
    queue.append(std::string(1 << 20, 'x'));
    queue.consume(1 << 19);
    CHECK(queue.size() == 1 << 19);
    queue.consume(1 << 19);
    CHECK(queue.back().capacity() <= 4096);
}
