// A log-linear histogram (like Gil Tene's HdrHistogram): every power of two has 2^PRECISION_BITS
// bins, so a bin's width is at most 1/2^PRECISION_BITS of its values. Constant memory; recording
// costs one increment.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace hark {

struct HistogramBin {
    std::uint64_t from = 0;  // inclusive
    std::uint64_t to = 0;    // inclusive
    std::uint64_t count = 0;
};

template <unsigned PRECISION_BITS, typename Count = std::uint64_t>
class Histogram {
   public:
    static constexpr std::uint64_t BINS_PER_OCTAVE = std::uint64_t{1} << PRECISION_BITS;
    // Values below 2 * BINS_PER_OCTAVE have exact bins.
    static constexpr std::size_t BINS = (64 - PRECISION_BITS + 1) * BINS_PER_OCTAVE;

    void record(std::uint64_t value) noexcept { ++counts_[bin_of(value)]; }

    void add(const Histogram& other) noexcept {
        for (std::size_t bin = 0; bin < BINS; ++bin) counts_[bin] += other.counts_[bin];
    }

    // The bin at `index`, below BINS.
    [[nodiscard]] HistogramBin bin(std::size_t index) const noexcept {
        HistogramBin bin = range_of(index);
        bin.count = counts_[index];
        return bin;
    }

    // The bin of the value with this `rank` in sorted order, from 1 to the number of values
    // recorded. For a rank beyond that, the last bin.
    [[nodiscard]] HistogramBin bin_at_rank(std::uint64_t rank) const noexcept {
        std::uint64_t seen = 0;
        for (std::size_t index = 0; index < BINS; ++index) {
            seen += counts_[index];
            if (seen >= rank) return bin(index);
        }
        return bin(BINS - 1);
    }

   private:
    static std::size_t bin_of(std::uint64_t value) noexcept {
        const auto width = static_cast<unsigned>(std::bit_width(value));
        if (width <= PRECISION_BITS + 1) return static_cast<std::size_t>(value);
        const unsigned shift = width - (PRECISION_BITS + 1);
        return static_cast<std::size_t>(shift * BINS_PER_OCTAVE + (value >> shift));
    }
    static HistogramBin range_of(std::size_t index) noexcept {
        if (index < 2 * BINS_PER_OCTAVE) return {index, index, 0};
        const std::uint64_t shift = index / BINS_PER_OCTAVE - 1;
        const std::uint64_t from = (index % BINS_PER_OCTAVE + BINS_PER_OCTAVE) << shift;
        return {from, from + ((std::uint64_t{1} << shift) - 1), 0};
    }

    std::array<Count, BINS> counts_{};
};

}  // namespace hark
