#include "tools/bench/latency_histogram.hpp"

#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace hark;

namespace {

using Values = std::vector<std::uint64_t>;

LatencyHistogram histogram_of(const Values& values) {
    LatencyHistogram histogram;
    for (const std::uint64_t value : values) histogram.record(value);
    return histogram;
}

// Values of all magnitudes alike: from nanoseconds to centuries.
rc::Gen<Values> any_values() {
    return rc::gen::nonEmpty(rc::gen::container<Values>(
        rc::gen::map(rc::gen::pair(rc::gen::arbitrary<std::uint64_t>(), rc::gen::inRange(0, 64)),
                     [](const std::pair<std::uint64_t, int>& each) {
                         return each.first >> static_cast<unsigned>(each.second);
                     })));
}

bool is_near(std::uint64_t value, std::uint64_t exact) {
    const auto wanted = static_cast<double>(exact);
    return std::abs(static_cast<double>(value) - wanted) <= wanted * 0.005;
}

}  // namespace

TEST_CASE("an empty histogram") {
    const LatencyHistogram histogram;
    CHECK(histogram.count() == 0);
    CHECK(histogram.least() == 0);
    CHECK(histogram.most() == 0);
    CHECK(histogram.mean() == 0);
    CHECK(histogram.percentile(0.5) == 0);
    CHECK(histogram.bins().empty());
}

TEST_CASE("small values are exact") {
    LatencyHistogram histogram;
    for (std::uint64_t value = 1; value <= 200; ++value) histogram.record(value);
    CHECK(histogram.percentile(0) == 1);
    CHECK(histogram.percentile(0.5) == 100);
    CHECK(histogram.percentile(0.99) == 198);
    CHECK(histogram.percentile(1) == 200);
    CHECK(histogram.mean() == doctest::Approx(100.5));
}

TEST_CASE("the ends of what it can hold") {
    LatencyHistogram histogram = histogram_of({0, ~std::uint64_t{0}});
    CHECK(histogram.least() == 0);
    CHECK(histogram.most() == ~std::uint64_t{0});
    const auto bins = histogram.bins();
    REQUIRE(bins.size() == 2);
    CHECK(bins.back().to == ~std::uint64_t{0});
}

TEST_CASE("percentiles are those of the sorted values, but for half a percent") {
    CHECK(rc::check([] {
        Values values = *any_values();
        const double part = *rc::gen::inRange(0, 10001) / 10000.0;
        const LatencyHistogram histogram = histogram_of(values);
        std::sort(values.begin(), values.end());
        const double wanted = std::ceil(part * static_cast<double>(values.size()));
        const auto rank = static_cast<std::size_t>(std::max(wanted, 1.0));
        RC_ASSERT(is_near(histogram.percentile(part), values[rank - 1]));
        RC_ASSERT(histogram.least() == values.front());
        RC_ASSERT(histogram.most() == values.back());
        RC_ASSERT(histogram.count() == values.size());
    }));
}

TEST_CASE("each value is in one bin, and bins are narrow and in order") {
    CHECK(rc::check([] {
        Values values = *any_values();
        const auto bins = histogram_of(values).bins();
        std::uint64_t in_bins = 0;
        for (std::size_t i = 0; i < bins.size(); ++i) {
            const auto& bin = bins[i];
            RC_ASSERT(bin.count > 0);
            RC_ASSERT(bin.from <= bin.to);
            if (i > 0) RC_ASSERT(bins[i - 1].to < bin.from);
            RC_ASSERT(bin.to - bin.from <= bin.from / 128);
            const auto within = std::count_if(
                values.begin(), values.end(),
                [&bin](std::uint64_t value) { return bin.from <= value && value <= bin.to; });
            RC_ASSERT(static_cast<std::uint64_t>(within) == bin.count);
            in_bins += bin.count;
        }
        RC_ASSERT(in_bins == values.size());
    }));
}
