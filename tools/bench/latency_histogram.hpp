// The latencies of a load, in constant memory however many there are: a histogram whose bins are a
// 128th of their values wide, from a nanosecond to centuries. What is read from it is off by half a
// bin at most: less than half a percent.
#pragma once

#include "common/stats/histogram.hpp"

#include <cstdint>
#include <vector>

namespace hark {

class LatencyHistogram {
   public:
    using Bin = HistogramBin;

    // Nanoseconds. O(1), and allocates nothing.
    void record(std::uint64_t value) noexcept;

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    // Exact; 0 when there is nothing.
    [[nodiscard]] std::uint64_t least() const noexcept { return count_ == 0 ? 0 : least_; }
    [[nodiscard]] std::uint64_t most() const noexcept { return most_; }
    [[nodiscard]] double mean() const noexcept;
    // What `part` of all values, 0 to 1, do not exceed: the value at that rank, by its bin. 0 when
    // there is nothing.
    [[nodiscard]] std::uint64_t percentile(double part) const noexcept;
    // Those that are not empty, in order.
    [[nodiscard]] std::vector<Bin> bins() const;

   private:
    using Bins = Histogram<7>;

    Bins bins_;
    std::uint64_t count_ = 0;
    std::uint64_t least_ = ~std::uint64_t{0};
    std::uint64_t most_ = 0;
    double sum_ = 0;
};

}  // namespace hark
