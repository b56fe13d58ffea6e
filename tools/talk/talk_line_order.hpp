// Which line an acknowledging byte is about, for listeners that acknowledge with bytes. They
// acknowledge lines in order, including empty ones, which UnacknowledgedLines does not keep.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

namespace hark {

class LineOrder {
   public:
    // Beyond this many runs, further lines never count as acknowledged.
    static constexpr std::size_t MOST_RUNS = 16 * 1024;

    // A line was sent; `numbered`: it will be recorded.
    void sent(bool numbered);
    // One more line is acknowledged. Returns how many numbered ones have been so far.
    std::uint64_t acknowledge() noexcept;
    void clear() noexcept { *this = {}; }

   private:
    struct Run {
        std::uint64_t lines = 0;
        bool numbered = false;
    };

    std::deque<Run> runs_;            // of unacknowledged lines, in order
    std::uint64_t acknowledged_ = 0;  // numbered lines
    bool full_ = false;
};

}  // namespace hark
