#include "tools/bench/latency_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace hark {

std::size_t LatencyHistogram::bin_of(std::uint64_t value) noexcept {
    const auto width = static_cast<unsigned>(std::bit_width(value));
    if (width <= PRECISION_BITS + 1) return value;
    const unsigned shift = width - (PRECISION_BITS + 1);
    return shift * BINS_AN_OCTAVE + (value >> shift);
}

LatencyHistogram::Bin LatencyHistogram::range_of(std::size_t bin) noexcept {
    if (bin < 2 * BINS_AN_OCTAVE) return {bin, bin, 0};
    const std::uint64_t shift = bin / BINS_AN_OCTAVE - 1;
    const std::uint64_t from = (bin % BINS_AN_OCTAVE + BINS_AN_OCTAVE) << shift;
    return {from, from + ((std::uint64_t{1} << shift) - 1), 0};
}

void LatencyHistogram::record(std::uint64_t value) noexcept {
    ++counts_[bin_of(value)];
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
    std::uint64_t seen = 0;
    for (std::size_t bin = 0; bin < BINS; ++bin) {
        seen += counts_[bin];
        if (seen < rank) continue;
        const Bin range = range_of(bin);
        return std::clamp(range.from + (range.to - range.from) / 2, least_, most_);
    }
    return most_;
}

std::vector<LatencyHistogram::Bin> LatencyHistogram::bins() const {
    std::vector<Bin> filled;
    for (std::size_t bin = 0; bin < BINS; ++bin) {
        if (counts_[bin] == 0) continue;
        filled.push_back(range_of(bin));
        filled.back().count = counts_[bin];
    }
    return filled;
}

}  // namespace hark
