#include "common/stats/rate_meter.hpp"

#include <algorithm>
#include <chrono>

namespace hark {

std::int64_t RateMeter::second_of(TimePoint time) const noexcept {
    return std::chrono::floor<std::chrono::seconds>(time - start_).count();
}

void RateMeter::note(TimePoint now, std::uint64_t total) noexcept {
    advance(second_of(now));
    total_ = total;
}

RateMeter::Rate RateMeter::rate(TimePoint now) noexcept {
    constexpr std::int64_t MINUTE = 60;
    advance(second_of(now));
    const std::int64_t last = second_ - 1;
    const std::int64_t span = std::clamp<std::int64_t>(second_, 1, MINUTE);
    const auto grown = [this, last](std::int64_t seconds) {
        return static_cast<double>(at_end_of(last) - at_end_of(last - seconds));
    };
    return {.second = grown(1), .minute = grown(span) / static_cast<double>(span)};
}

void RateMeter::advance(std::int64_t second) noexcept {
    // Seconds that are no longer kept are overwritten with the latest total.
    for (second_ = std::max(second_, second - KEPT); second_ < second; ++second_) {
        totals_[static_cast<std::size_t>(second_ % KEPT)] = total_;
    }
}

std::uint64_t RateMeter::at_end_of(std::int64_t second) const noexcept {
    return second < 0 ? before_ : totals_[static_cast<std::size_t>(second % KEPT)];
}

}  // namespace hark
