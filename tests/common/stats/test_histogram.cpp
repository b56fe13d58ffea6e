#include "common/stats/histogram.hpp"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

using Values = std::vector<std::uint64_t>;

// Values of every size: any number of bits is equally likely.
rc::Gen<Values> any_values() {
    return rc::gen::nonEmpty(rc::gen::container<Values>(
        rc::gen::map(rc::gen::pair(rc::gen::arbitrary<std::uint64_t>(), rc::gen::inRange(0, 64)),
                     [](const std::pair<std::uint64_t, int>& each) {
                         return each.first >> static_cast<unsigned>(each.second);
                     })));
}

template <unsigned BITS, typename Count>
void check_bins() {
    using Any = Histogram<BITS, Count>;
    CHECK(rc::check([] {
        const Values values = *any_values();
        Any histogram;
        for (const std::uint64_t value : values) histogram.record(value);
        std::uint64_t recorded = 0;
        for (std::size_t i = 0; i < Any::BINS; ++i) {
            const HistogramBin bin = histogram.bin(i);
            RC_ASSERT(bin.from <= bin.to);
            RC_ASSERT(bin.from == (i == 0 ? 0 : histogram.bin(i - 1).to + 1));
            RC_ASSERT(bin.to - bin.from <= bin.from / Any::BINS_PER_OCTAVE);
            const auto within = std::ranges::count_if(values, [&bin](std::uint64_t value) {
                return bin.from <= value && value <= bin.to;
            });
            RC_ASSERT(static_cast<std::uint64_t>(within) == bin.count);
            recorded += bin.count;
        }
        RC_ASSERT(histogram.bin(Any::BINS - 1).to == ~std::uint64_t{0});
        RC_ASSERT(recorded == values.size());
    }));
}

}  // namespace

TEST_CASE("histogram: each value is in one bin, and bins are narrow and leave no gap") {
    check_bins<3, std::uint32_t>();
    check_bins<7, std::uint64_t>();
}

TEST_CASE("histogram: small values have bins of their own") {
    Histogram<3> histogram;
    for (std::uint64_t value = 0; value < 16; ++value) histogram.record(value);
    for (std::uint64_t value = 0; value < 16; ++value) {
        const HistogramBin bin = histogram.bin_at_rank(value + 1);
        CHECK(bin.from == value);
        CHECK(bin.to == value);
        CHECK(bin.count == 1);
    }
}

TEST_CASE("histogram: a rank names the bin of the value that has it") {
    CHECK(rc::check([] {
        Values values = *any_values();
        Histogram<7> histogram;
        for (const std::uint64_t value : values) histogram.record(value);
        std::ranges::sort(values);
        const auto rank = *rc::gen::inRange<std::size_t>(1, values.size() + 1);
        const HistogramBin bin = histogram.bin_at_rank(rank);
        RC_ASSERT(bin.from <= values[rank - 1]);
        RC_ASSERT(values[rank - 1] <= bin.to);
    }));
}

TEST_CASE("histogram: one is added to another") {
    Histogram<3> one;
    Histogram<3> other;
    one.record(5);
    other.record(5);
    other.record(~std::uint64_t{0});
    one.add(other);
    CHECK(one.bin_at_rank(2).count == 2);
    CHECK(one.bin_at_rank(3).to == ~std::uint64_t{0});
    CHECK(other.bin_at_rank(1).count == 1);
}
