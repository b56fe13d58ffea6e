#include "tools/bench/schedule.hpp"

#include <chrono>
#include <cmath>

namespace hark {

TimePoint Schedule::due_at(std::uint64_t connection, std::uint64_t number) const noexcept {
    return due_at(number * connections_ + connection);
}

TimePoint Schedule::due_at(std::uint64_t number) const noexcept {
    constexpr double SECOND = 1e9;
    const double nanoseconds = std::ceil(static_cast<double>(number) / rate_ * SECOND);
    return start_ + std::chrono::nanoseconds{static_cast<std::int64_t>(nanoseconds)};
}

std::uint64_t Schedule::due(TimePoint now) const noexcept {
    if (now < start_) return 0;
    const double passed = seconds_of(now - start_);
    auto count = static_cast<std::uint64_t>(passed * rate_);
    // The product was rounded; due_at() is authoritative.
    while (count > 0 && due_at(count - 1) > now) --count;
    while (due_at(count) <= now) ++count;
    return count;
}

std::uint64_t Schedule::share(std::uint64_t due, std::uint64_t connection) const noexcept {
    return due <= connection ? 0 : (due - connection - 1) / connections_ + 1;
}

}  // namespace hark
