// Bounds how often refusals are recorded: a flood of rejected peers must not become a flood of
// records.
#pragma once

#include "common/sys/clock.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace hark {

class RefusalRecords {
   public:
    static constexpr std::size_t MOST_A_SECOND = 10;

    // Whether a refusal at `now` may be recorded: if so, how many before it were left out.
    [[nodiscard]] std::optional<std::uint64_t> next(TimePoint now) noexcept {
        TimePoint& oldest = recorded_[count_ % MOST_A_SECOND];
        if (count_ >= MOST_A_SECOND && now - oldest < std::chrono::seconds{1}) {
            ++left_out_;
            return std::nullopt;
        }
        oldest = now;
        ++count_;
        const std::uint64_t before = left_out_;
        left_out_ = 0;
        return before;
    }

    // How many were left out since the last one recorded; resume() continues another process's
    // count.
    [[nodiscard]] std::uint64_t left_out() const noexcept { return left_out_; }
    void resume(std::uint64_t left_out) noexcept { left_out_ = left_out; }

   private:
    std::array<TimePoint, MOST_A_SECOND> recorded_{};  // the last ones, as a ring
    std::uint64_t count_ = 0;
    std::uint64_t left_out_ = 0;
};

}  // namespace hark
