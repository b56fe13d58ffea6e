#include "tools/bench/mix.hpp"

#include <array>
#include <cmath>
#include <numeric>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

constexpr std::array NAMES{"one", "two", "three"};

std::optional<Mix> parsed(std::string_view text) {
    return parse_mix(text, NAMES);
}

}  // namespace

TEST_CASE("a mix as it is written") {
    CHECK(parsed("two") == Mix{{1, 1}});
    CHECK(parsed("one,three") == Mix{{0, 1}, {2, 1}});
    CHECK(parsed("three=2,one=1000") == Mix{{2, 2}, {0, 1000}});
}

TEST_CASE("what is no mix") {
    for (const char* const text : {"", ",", "one,", ",one", "four", "on", "one=", "one=0", "one=-1",
                                   "one=1001", "one=1x", "one=1=1", "one,one", "one =1", "ONE"}) {
        CAPTURE(text);
        CHECK_FALSE(parsed(text));
    }
}

TEST_CASE("places are shared out in proportion") {
    CHECK(share_out(std::array<std::uint64_t, 2>{8, 2}, 50) == std::vector<std::size_t>{40, 10});
    CHECK(share_out(std::array<std::uint64_t, 1>{7}, 3) == std::vector<std::size_t>{3});
    // A small part gets a place all the same.
    CHECK(share_out(std::array<std::uint64_t, 2>{1000, 1}, 4) == std::vector<std::size_t>{3, 1});
}

TEST_CASE("every place is given, to each one at least, and nobody gets much more than is due") {
    CHECK(rc::check([] {
        const auto weights = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::uint64_t>>(
            rc::gen::inRange<std::uint64_t>(1, MAX_WEIGHT + 1)));
        const auto count =
            *rc::gen::inRange<std::size_t>(weights.size(), weights.size() * 20 + 100);
        const std::vector<std::size_t> shares = share_out(weights, count);
        RC_ASSERT(shares.size() == weights.size());
        RC_ASSERT(std::accumulate(shares.begin(), shares.end(), std::size_t{0}) == count);
        const auto total =
            static_cast<double>(std::accumulate(weights.begin(), weights.end(), std::uint64_t{0}));
        for (std::size_t i = 0; i < shares.size(); ++i) {
            RC_ASSERT(shares[i] >= 1U);
            const double due = static_cast<double>(weights[i] * count) / total;
            RC_ASSERT(static_cast<double>(shares[i]) <= std::max(due + 1, 1.0));
        }
    }));
}
