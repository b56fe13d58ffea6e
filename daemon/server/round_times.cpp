#include "daemon/server/round_times.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace hark {

namespace {

constexpr Duration WINDOW = std::chrono::seconds{30};

}  // namespace

void RoundTimes::note(TimePoint now, Duration work) noexcept {
    turn(now);
    // A clock that goes backwards has measured nothing.
    const std::int64_t time = std::max<std::int64_t>(std::chrono::nanoseconds{work}.count(), 0);
    current_.times.record(static_cast<std::uint64_t>(time));
    ++current_.rounds;
    current_.max = std::max(current_.max, work);
}

RoundTimes::Summary RoundTimes::summary(TimePoint now) noexcept {
    turn(now);
    Times times = current_.times;
    times.add(previous_.times);
    const std::uint64_t rounds = current_.rounds + previous_.rounds;
    const Duration max = std::max(current_.max, previous_.max);
    const auto percentile = [&](std::uint64_t percent) -> Duration {
        if (rounds == 0) return {};
        const HistogramBin bin = times.bin_at_rank((rounds * percent + 99) / 100);
        // The upper end of the last bin exceeds any duration.
        const std::uint64_t longest =
            static_cast<std::uint64_t>(std::chrono::nanoseconds{max}.count());
        return std::chrono::nanoseconds{static_cast<std::int64_t>(std::min(bin.to, longest))};
    };
    return {.p50 = percentile(50), .p99 = percentile(99), .max = max};
}

void RoundTimes::turn(TimePoint now) noexcept {
    if (now - began_ < WINDOW) return;
    // After a long idle time, no value is recent.
    previous_ = now - began_ < 2 * WINDOW ? std::exchange(current_, {}) : Window{};
    current_ = {};
    began_ = now;
}

}  // namespace hark
