#include "tools/peer/acknowledgements.hpp"

#include <set>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

using Ranges = std::vector<NumberRange>;

Acknowledgements sent_lines(const std::vector<std::uint64_t>& lines) {
    Acknowledgements result;
    for (const std::uint64_t line : lines) result.sent(line);
    return result;
}

}  // namespace

TEST_CASE("ranges as people read them") {
    CHECK(text_of({}).empty());
    CHECK(text_of({{5, 5}}) == "5");
    CHECK(text_of({{5, 9}, {12, 12}, {17, 20}}) == "5-9, 12, 17-20");
}

TEST_CASE("messages are lines where nothing was left out") {
    Acknowledgements all = sent_lines({1, 2, 3, 4});
    CHECK(all.waiting() == 4);
    CHECK(all.waiting_lines() == Ranges{{1, 4}});
    CHECK(all.answered({1, 3}) == Ranges{{1, 3}});
    CHECK(all.waiting_lines() == Ranges{{4, 4}});
    CHECK(all.answered_messages() == 3);
    CHECK(all.answered({4, 4}) == Ranges{{4, 4}});
    CHECK(all.waiting() == 0);
}

TEST_CASE("lines that were not sent have no message") {
    Acknowledgements some = sent_lines({1, 3, 4, 7});  // messages 1 to 4
    CHECK(some.waiting_lines() == Ranges{{1, 1}, {3, 4}, {7, 7}});
    CHECK(some.answered({2, 4}) == Ranges{{3, 4}, {7, 7}});
    CHECK(some.waiting_lines() == Ranges{{1, 1}});
}

TEST_CASE("an answer that was given, or is of nothing that was sent, answers nothing") {
    Acknowledgements some = sent_lines({1, 2});
    CHECK(some.answered({3, 9}).empty());
    CHECK(some.answered({1, 1}) == Ranges{{1, 1}});
    CHECK(some.answered({1, 1}).empty());
    CHECK(some.answered({1, ~std::uint64_t{0}}) == Ranges{{2, 2}});
    CHECK(some.waiting() == 0);
}

TEST_CASE("answers in any order, against a set of numbers") {
    CHECK(rc::check([] {
        Acknowledgements tested;
        std::vector<std::uint64_t> line_of{0};  // by message
        std::set<std::uint64_t> waiting;        // lines
        std::uint64_t line = 0;
        const auto steps = *rc::gen::inRange(1, 60);
        for (int step = 0; step < steps; ++step) {
            if (*rc::gen::inRange(0, 3) > 0) {
                line += *rc::gen::inRange<std::uint64_t>(1, 3);
                tested.sent(line);
                line_of.push_back(line);
                waiting.insert(line);
                continue;
            }
            const auto first = *rc::gen::inRange<std::uint64_t>(1, line_of.size() + 2);
            const auto last = first + *rc::gen::inRange<std::uint64_t>(0, 6);
            std::set<std::uint64_t> expected;
            for (std::uint64_t each = first; each <= last && each < line_of.size(); ++each) {
                if (waiting.erase(line_of[each]) > 0) expected.insert(line_of[each]);
            }
            std::set<std::uint64_t> got;
            for (const NumberRange& range : tested.answered({first, last})) {
                for (std::uint64_t each = range.first; each <= range.last; ++each) got.insert(each);
            }
            RC_ASSERT(got == expected);
        }
        RC_ASSERT(tested.waiting() == waiting.size());
        std::set<std::uint64_t> left;
        for (const NumberRange& range : tested.waiting_lines()) {
            for (std::uint64_t each = range.first; each <= range.last; ++each) left.insert(each);
        }
        RC_ASSERT(left == waiting);
    }));
}
