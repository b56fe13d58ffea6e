// How often which latency came, in constant memory whatever their number: bins that are as wide as
// a 128th of their values (log-linear, as in Gil Tene's HdrHistogram), from a nanosecond to
// centuries. What is read from it is wrong by half a bin at most: less than half a percent.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hark {

class LatencyHistogram {
   public:
    struct Bin {
        std::uint64_t from = 0;  // included
        std::uint64_t to = 0;    // included, too
        std::uint64_t count = 0;
    };

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
    static constexpr unsigned PRECISION_BITS = 7;
    static constexpr std::uint64_t BINS_AN_OCTAVE = std::uint64_t{1} << PRECISION_BITS;
    // Values below twice that have a bin each; every octave above them has so many.
    static constexpr std::size_t BINS = (64 - PRECISION_BITS + 1) * BINS_AN_OCTAVE;

    [[nodiscard]] static std::size_t bin_of(std::uint64_t value) noexcept;
    [[nodiscard]] static Bin range_of(std::size_t bin) noexcept;

    std::array<std::uint64_t, BINS> counts_{};
    std::uint64_t count_ = 0;
    std::uint64_t least_ = ~std::uint64_t{0};
    std::uint64_t most_ = 0;
    double sum_ = 0;
};

}  // namespace hark
