// Times between a request and its reply.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace hark::bench {

using Clock = std::chrono::steady_clock;

class Latencies {
   public:
    void add(Clock::duration latency) {
        microseconds_.push_back(std::chrono::duration<double, std::micro>{latency}.count());
    }

    // The value that `percent` of them do not exceed, in microseconds; 0 if empty.
    [[nodiscard]] double percentile(double percent) {
        if (microseconds_.empty()) return 0;
        const auto last = static_cast<double>(microseconds_.size() - 1);
        const auto place =
            microseconds_.begin() + static_cast<std::ptrdiff_t>(last * percent / 100);
        std::nth_element(microseconds_.begin(), place, microseconds_.end());
        return *place;
    }

   private:
    std::vector<double> microseconds_;
};

}  // namespace hark::bench
