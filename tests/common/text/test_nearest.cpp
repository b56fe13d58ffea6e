#include "common/text/nearest.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

TEST_CASE("how far one name is from another") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("send", "send") == 0);
    CHECK(edit_distance("", "send") == 4);
    CHECK(edit_distance("snd", "send") == 1);
    CHECK(edit_distance("sned", "send") == 1);
    CHECK(edit_distance("sends", "send") == 1);
    CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("the distance is the same both ways, and no more than the longer name") {
    CHECK(rc::check([](const std::string& a, const std::string& b) {
        const std::size_t distance = edit_distance(a, b);
        RC_ASSERT(distance == edit_distance(b, a));
        RC_ASSERT(distance <= std::max(a.size(), b.size()));
        RC_ASSERT((distance == 0) == (a == b));
    }));
}

TEST_CASE("only what may have been meant is offered") {
    const std::vector<std::string> known{"talk", "send", "status", "stats", "help"};
    using Names = std::vector<std::string>;
    CHECK(nearest("sned", known) == Names{"send"});
    CHECK(nearest("tal", known) == Names{"talk"});
    CHECK(nearest("stat", known) == Names{"status", "stats"});
    CHECK(nearest("xyz", known).empty());
    CHECK(nearest("", known).empty());
    CHECK(nearest(std::string(100'000, 's'), known).empty());
}

TEST_CASE("lists") {
    CHECK(joined({}, ", ").empty());
    CHECK(joined({"a"}, ", ") == "a");
    CHECK(joined({"a", "b", "c"}, " or ") == "a or b or c");
}
