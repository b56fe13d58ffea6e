#include "daemon/log/pending_lines.hpp"

#include <algorithm>

namespace hark {

std::uint64_t PendingLines::wrote(std::size_t count) noexcept {
    const std::string_view part = unwritten().substr(0, count);
    const auto lines = static_cast<std::uint64_t>(std::count(part.begin(), part.end(), '\n'));
    if (lines > 0) line_start_ = written_ + part.rfind('\n') + 1;
    written_ += count;
    if (written_ == bytes_.size() && line_start_ == written_) {
        bytes_.clear();
        // A burst does not keep its memory for ever.
        if (bytes_.capacity() > KEEP_CAPACITY) bytes_.shrink_to_fit();
        line_start_ = written_ = 0;
    }
    return lines;
}

}  // namespace hark
