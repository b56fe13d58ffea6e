#include "tools/talk/talk_unacknowledged.hpp"

#include <utility>

namespace hark {

void UnacknowledgedLines::add(std::string_view line) {
    lines_.emplace_back(line);
    bytes_ += line.size();
    ++added_;
}

void UnacknowledgedLines::renumber() noexcept {
    first_number_ = 1;
    lost_ += std::exchange(forgotten_, 0);
}

bool UnacknowledgedLines::acknowledge(std::uint64_t last) {
    const std::uint64_t before = count();
    // Forgotten lines came before all that are kept.
    if (last + 1 >= first_number_) forgotten_ = 0;
    while (!lines_.empty() && first_number_ <= last) pop();
    return count() != before;
}

void UnacknowledgedLines::forget_oldest() {
    while (!has_room() && lines_.size() > 1) {
        pop();
        ++forgotten_;
    }
}

void UnacknowledgedLines::pop() {
    bytes_ -= lines_.front().size();
    lines_.pop_front();
    ++first_number_;
}

}  // namespace hark
