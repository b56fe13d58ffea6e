// Where a listener answers each line with a byte: which lines the answers are about. They come in
// order, and to empty lines as well, which UnacknowledgedLines does not keep.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

namespace hark {

class LineOrder {
   public:
    // Runs kept; beyond, further answers are about nothing we know.
    static constexpr std::size_t MOST_RUNS = 16 * 1024;

    // A line was sent; `numbered`: one that is recorded.
    void sent(bool numbered);
    // One more line is answered. Returns how many numbered ones are by now.
    std::uint64_t answer() noexcept;
    void clear() noexcept { *this = {}; }

   private:
    struct Run {
        std::uint64_t lines = 0;
        bool numbered = false;
    };

    std::deque<Run> runs_;  // of lines that are not answered, in order
    std::uint64_t answered_ = 0;
    bool full_ = false;
};

}  // namespace hark
