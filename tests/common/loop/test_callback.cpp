#include "common/loop/callback.hpp"

#include <memory>

#include <doctest/doctest.h>

using namespace hark;

namespace {

struct Counter {
    void add(int amount) noexcept { total += amount; }
    int next() noexcept { return ++total; }
    int take(std::unique_ptr<int> value) noexcept { return *value; }

    int total = 0;
};

}  // namespace

TEST_CASE("a callback calls its method on its object") {
    Counter first;
    Counter second;
    const Callback<void(int)> add_first = method<&Counter::add>(first);
    const Callback<void(int)> add_second = method<&Counter::add>(second);
    add_first(2);
    add_first(3);
    add_second(10);
    CHECK(first.total == 5);
    CHECK(second.total == 10);
}

TEST_CASE("a callback hands results back and arguments on") {
    Counter counter;
    const Callback<int()> next = method<&Counter::next>(counter);
    CHECK(next() == 1);
    CHECK(next() == 2);
    const auto take = method<&Counter::take>(counter);
    CHECK(take(std::make_unique<int>(7)) == 7);
}

TEST_CASE("a callback of nothing is false, and two words long") {
    Counter counter;
    CHECK_FALSE(Callback<void()>{});
    CHECK(method<&Counter::next>(counter));
    CHECK(sizeof(Callback<void(int)>) == 2 * sizeof(void*));
}
