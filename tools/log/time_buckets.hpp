// Counts events in equal stretches of time, from the first event to the last, however far apart
// these are: stretches grow as needed, so that memory stays the same.
#pragma once

#include "common/sys/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hark {

class TimeBuckets {
   public:
    static constexpr std::size_t MOST = 512;

    void add(WallTime time);
    // From the first stretch with an event to the last, merged so that there are at most `most`.
    [[nodiscard]] std::vector<double> counts(std::size_t most) const;

   private:
    // Doubles the width.
    void widen();
    [[nodiscard]] std::int64_t index_of(WallTime time) const noexcept;

    std::chrono::microseconds width_ = std::chrono::seconds{1};
    std::int64_t first_ = 0;  // the index of counts_[0], in widths since the epoch
    std::vector<std::uint64_t> counts_;
};

}  // namespace hark
