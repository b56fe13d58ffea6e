// A rate limit: `rate` tokens arrive per second, and at most one second's worth accumulates. Tokens
// taken beyond that are owed. The state is a single time, as in the virtual scheduling of the
// generic cell rate algorithm (ITU-T I.371, annex A).
#pragma once

#include "common/sys/clock.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace hark {

class TokenBucket {
   public:
    // Tokens available now; negative: owed. `rate` is above 0, and the same in all calls until
    // refill().
    [[nodiscard]] std::int64_t tokens(TimePoint now, std::uint32_t rate) const noexcept {
        const Duration missing = std::max(full_at_ - now, Duration{});
        return rate - (missing.count() * rate + SECOND.count() - 1) / SECOND.count();
    }
    // When min(`wanted`, `rate`) tokens are available; may be in the past.
    [[nodiscard]] TimePoint when(std::uint32_t wanted, std::uint32_t rate) const noexcept {
        return full_at_ - time_of(rate - std::min(wanted, rate), rate);
    }
    void take(std::uint64_t tokens, TimePoint now, std::uint32_t rate) noexcept {
        full_at_ = std::max(full_at_, now) + time_of(tokens, rate);
    }
    // Nothing is owed or missing, so there is nothing to remember.
    [[nodiscard]] bool full(TimePoint now) const noexcept { return full_at_ <= now; }
    void refill() noexcept { full_at_ = {}; }
    // The whole state, for a bucket in another process.
    [[nodiscard]] TimePoint full_at() const noexcept { return full_at_; }
    void resume(TimePoint full_at) noexcept { full_at_ = full_at; }

   private:
    static constexpr Duration SECOND = std::chrono::seconds{1};

    [[nodiscard]] static Duration time_of(std::uint64_t tokens, std::uint32_t rate) noexcept {
        return Duration{static_cast<Duration::rep>(tokens) * SECOND.count() / rate};
    }

    TimePoint full_at_{};
};

}  // namespace hark
