#include "tools/talk/talk_line_order.hpp"

namespace hark {

void LineOrder::sent(bool numbered) {
    if (full_) return;
    if (!runs_.empty() && runs_.back().numbered == numbered) {
        ++runs_.back().lines;
    } else if (runs_.size() < MOST_RUNS) {
        runs_.push_back({1, numbered});
    } else {
        full_ = true;
    }
}

std::uint64_t LineOrder::answer() noexcept {
    if (runs_.empty()) return answered_;
    Run& first = runs_.front();
    if (first.numbered) ++answered_;
    if (--first.lines == 0) runs_.pop_front();
    return answered_;
}

}  // namespace hark
