#include "common/loop/intrusive_list.hpp"

#include <memory>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;

namespace {

struct Item : ListLink {
    explicit Item(int its_number) : number{its_number} {}
    const int number;
};

std::vector<int> numbers(const IntrusiveList<Item>& list) {
    std::vector<int> result;
    for (const Item* item = list.front(); item != nullptr; item = list.after(*item)) {
        result.push_back(item->number);
    }
    return result;
}

}  // namespace

TEST_CASE("a list keeps the order of joining") {
    IntrusiveList<Item> list;
    Item one{1};
    Item two{2};
    Item three{3};
    CHECK(list.empty());
    CHECK(list.front() == nullptr);
    CHECK(list.pop_front() == nullptr);
    list.push_back(one);
    list.push_back(two);
    list.push_back(three);
    CHECK(numbers(list) == std::vector{1, 2, 3});
    CHECK(list.pop_front() == &one);
    CHECK_FALSE(one.linked());
    CHECK(numbers(list) == std::vector{2, 3});
}

TEST_CASE("an element leaves by itself, by request or by its death") {
    IntrusiveList<Item> list;
    Item one{1};
    Item two{2};
    auto three = std::make_unique<Item>(3);
    list.push_back(one);
    list.push_back(*three);
    list.push_back(two);
    three.reset();
    CHECK(numbers(list) == std::vector{1, 2});
    one.unlink();
    one.unlink();
    CHECK(numbers(list) == std::vector{2});
}

TEST_CASE("an element is in one list at a time") {
    IntrusiveList<Item> list;
    IntrusiveList<Item> other;
    Item one{1};
    Item two{2};
    list.push_back(one);
    list.push_back(two);
    other.push_back(one);
    CHECK(numbers(list) == std::vector{2});
    CHECK(numbers(other) == std::vector{1});
    other.push_back(one);
    CHECK(numbers(other) == std::vector{1});
}

TEST_CASE("move_to appends all and leaves nothing") {
    IntrusiveList<Item> list;
    IntrusiveList<Item> other;
    Item one{1};
    Item two{2};
    Item three{3};
    other.push_back(one);
    list.push_back(two);
    list.push_back(three);
    list.move_to(other);
    CHECK(list.empty());
    CHECK(numbers(other) == std::vector{1, 2, 3});
}

TEST_CASE("elements outlive their list") {
    Item one{1};
    {
        IntrusiveList<Item> list;
        list.push_back(one);
        CHECK(one.linked());
    }
    CHECK_FALSE(one.linked());
}
