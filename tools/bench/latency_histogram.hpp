// The latencies of a load in constant memory: a histogram from a nanosecond to centuries, whose
// bins are 1/128 of their values wide. Values read from it are off by at most half a bin, which is
// less than half a percent.
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
    // Exact; 0 if empty.
    [[nodiscard]] std::uint64_t least() const noexcept { return count_ == 0 ? 0 : least_; }
    [[nodiscard]] std::uint64_t most() const noexcept { return most_; }
    [[nodiscard]] double mean() const noexcept;
    // The value that the fraction `part` (0 to 1) of all values does not exceed, to the precision
    // of a bin. 0 if empty.
    [[nodiscard]] std::uint64_t percentile(double part) const noexcept;
    // The non-empty bins, in order.
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
