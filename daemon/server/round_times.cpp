#include "daemon/server/round_times.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <utility>

namespace hark {

namespace {

constexpr Duration WINDOW = std::chrono::seconds{30};

}  // namespace

std::size_t RoundTimes::bucket_of(Duration work) noexcept {
    const auto time = static_cast<std::uint64_t>(
        std::max<std::int64_t>(std::chrono::nanoseconds{work}.count(), 0));
    // Below STEPS each has a bucket of its own.
    if (time < STEPS) return static_cast<std::size_t>(time);
    const auto power = static_cast<unsigned>(std::bit_width(time)) - 1;
    const auto step = static_cast<std::size_t>(time >> (power - 3)) % STEPS;
    return (power - 2) * STEPS + step;
}

Duration RoundTimes::upper_end(std::size_t bucket) noexcept {
    if (bucket < STEPS) return std::chrono::nanoseconds{bucket};
    const std::size_t power = bucket / STEPS + 2;
    const std::uint64_t first = (STEPS + bucket % STEPS) << (power - 3);
    const std::uint64_t width = std::uint64_t{1} << (power - 3);
    return std::chrono::nanoseconds{first + width - 1};
}

void RoundTimes::note(TimePoint now, Duration work) noexcept {
    turn(now);
    ++current_.counts[bucket_of(work)];
    ++current_.rounds;
    current_.max = std::max(current_.max, work);
}

RoundTimes::Summary RoundTimes::summary(TimePoint now) noexcept {
    turn(now);
    return {
        .p50 = percentile(50), .p99 = percentile(99), .max = std::max(current_.max, previous_.max)};
}

Duration RoundTimes::percentile(unsigned percent) const noexcept {
    const std::uint64_t rounds = current_.rounds + previous_.rounds;
    const std::uint64_t wanted = (rounds * percent + 99) / 100;
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < BUCKETS && wanted > 0; ++bucket) {
        seen += current_.counts[bucket] + previous_.counts[bucket];
        if (seen >= wanted) {
            return std::min(upper_end(bucket), std::max(current_.max, previous_.max));
        }
    }
    return {};
}

void RoundTimes::turn(TimePoint now) noexcept {
    if (now - began_ < WINDOW) return;
    // After a long silence nothing of it is recent.
    previous_ = now - began_ < 2 * WINDOW ? std::exchange(current_, {}) : Window{};
    current_ = {};
    began_ = now;
}

}  // namespace hark
