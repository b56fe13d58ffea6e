#include "daemon/log/pending_entries.hpp"

namespace hark {

void PendingEntries::end_entry() {
    ends_.push_back(bytes_.size());
}

std::string_view PendingEntries::operator[](std::size_t index) const noexcept {
    const std::size_t begin = index == 0 ? taken_ : ends_[index - 1];
    return std::string_view{bytes_}.substr(begin, ends_[index] - begin);
}

void PendingEntries::take(std::size_t count) noexcept {
    if (count == 0) return;
    taken_ = ends_[count - 1];
    ends_.erase(ends_.begin(), ends_.begin() + static_cast<std::ptrdiff_t>(count));
    if (ends_.empty()) {
        bytes_.clear();
        // A burst does not keep its memory for ever.
        if (bytes_.capacity() > KEEP_CAPACITY) bytes_.shrink_to_fit();
    } else if (taken_ > bytes_.size() / 2) {
        bytes_.erase(0, taken_);
        for (std::size_t& end : ends_) end -= taken_;
    } else {
        return;
    }
    taken_ = 0;
}

}  // namespace hark
