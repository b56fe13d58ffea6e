#include "tools/log/time_buckets.hpp"

#include <algorithm>

namespace hark {

std::int64_t TimeBuckets::index_of(WallTime time) const noexcept {
    const auto since = time.time_since_epoch();
    const std::int64_t index = since / width_;
    return since % width_ < std::chrono::microseconds::zero() ? index - 1 : index;
}

void TimeBuckets::add(WallTime time) {
    if (counts_.empty()) {
        first_ = index_of(time);
        counts_.push_back(0);
    }
    constexpr auto REACH = static_cast<std::int64_t>(MOST);
    for (;;) {
        const std::int64_t index = index_of(time);
        const std::int64_t end = first_ + static_cast<std::int64_t>(counts_.size());
        if (std::max(index + 1, end) - std::min(index, first_) > REACH) {
            widen();
            continue;
        }
        if (index < first_) {
            counts_.insert(counts_.begin(), static_cast<std::size_t>(first_ - index), 0);
            first_ = index;
        } else if (index >= end) {
            counts_.resize(static_cast<std::size_t>(index - first_) + 1);
        }
        ++counts_[static_cast<std::size_t>(index - first_)];
        return;
    }
}

void TimeBuckets::widen() {
    width_ *= 2;
    // Pairs begin at an even index.
    if (first_ % 2 != 0) {
        counts_.insert(counts_.begin(), 0);
        --first_;
    }
    first_ /= 2;
    if (counts_.size() % 2 != 0) counts_.push_back(0);
    for (std::size_t i = 0; i < counts_.size() / 2; ++i) {
        counts_[i] = counts_[2 * i] + counts_[2 * i + 1];
    }
    counts_.resize(counts_.size() / 2);
}

std::vector<double> TimeBuckets::counts(std::size_t most) const {
    const std::size_t together = (counts_.size() + most - 1) / std::max<std::size_t>(most, 1);
    std::vector<double> sums;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        if (i % together == 0) sums.push_back(0);
        sums.back() += static_cast<double>(counts_[i]);
    }
    return sums;
}

}  // namespace hark
