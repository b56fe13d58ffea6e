#include "daemon/log/pending_entries.hpp"

#include <utility>

namespace hark {

void PendingEntries::end_entry() {
    ends_.push_back(taken_ + bytes_.size());
}

std::string_view PendingEntries::operator[](std::size_t index) const noexcept {
    const std::uint64_t begin = index == 0 ? taken_ : ends_[index - 1];
    return bytes_.view().substr(begin - taken_, ends_[index] - begin);
}

void PendingEntries::take(std::size_t count) noexcept {
    if (count == 0) return;
    const std::uint64_t end = ends_[count - 1];
    bytes_.consume(end - std::exchange(taken_, end));
    ends_.erase(ends_.begin(), ends_.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace hark
