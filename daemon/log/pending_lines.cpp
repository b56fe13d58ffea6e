#include "daemon/log/pending_lines.hpp"

#include <algorithm>

namespace hark {

std::uint64_t PendingLines::wrote(std::size_t count) noexcept {
    const std::string_view part = unwritten().substr(0, count);
    const auto lines = static_cast<std::uint64_t>(std::ranges::count(part, '\n'));
    if (lines > 0) line_start_ = written_ + part.rfind('\n') + 1;
    written_ += count;
    return lines;
}

void PendingLines::release(std::size_t count) noexcept {
    released_ += count;
    if (released_ == bytes_.size()) {
        bytes_.clear();
        // A burst does not keep its memory for ever.
        if (bytes_.capacity() > KEEP_CAPACITY) bytes_.shrink_to_fit();
    } else if (released_ > bytes_.size() / 2) {
        bytes_.erase(0, released_);
    } else {
        return;
    }
    line_start_ -= std::min(released_, line_start_);
    written_ -= std::min(released_, written_);
    released_ = 0;
}

}  // namespace hark
