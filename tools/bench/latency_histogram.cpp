#include "tools/bench/latency_histogram.hpp"

#include <algorithm>
#include <cmath>

namespace hark {

void LatencyHistogram::record(std::uint64_t value) noexcept {
    bins_.record(value);
    ++count_;
    least_ = std::min(least_, value);
    most_ = std::max(most_, value);
    sum_ += static_cast<double>(value);
}

double LatencyHistogram::mean() const noexcept {
    return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
}

std::uint64_t LatencyHistogram::percentile(double part) const noexcept {
    if (count_ == 0) return 0;
    const double wanted = std::ceil(part * static_cast<double>(count_));
    const auto rank =
        std::clamp(static_cast<std::uint64_t>(std::max(wanted, 1.0)), std::uint64_t{1}, count_);
    if (rank == count_) return most_;
    const Bin bin = bins_.bin_at_rank(rank);
    return std::clamp(bin.from + (bin.to - bin.from) / 2, least_, most_);
}

std::vector<LatencyHistogram::Bin> LatencyHistogram::bins() const {
    std::vector<Bin> filled;
    for (std::size_t index = 0; index < Bins::BINS; ++index) {
        const Bin bin = bins_.bin(index);
        if (bin.count > 0) filled.push_back(bin);
    }
    return filled;
}

}  // namespace hark
