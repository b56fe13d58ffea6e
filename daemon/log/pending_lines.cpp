#include "daemon/log/pending_lines.hpp"

#include <algorithm>

namespace hark {

namespace {

std::uint64_t count_lines(std::string_view bytes) noexcept {
    return static_cast<std::uint64_t>(std::ranges::count(bytes, '\n'));
}

}  // namespace

void PendingLines::add(std::string_view lines) {
    waiting_ += count_lines(lines);
    bytes_.append(lines);
}

std::uint64_t PendingLines::wrote(std::size_t count) noexcept {
    const std::string_view part = unwritten().substr(0, count);
    // Mostly all is written: then nothing needs to be counted.
    const bool all = part.size() == unwritten().size();
    const std::uint64_t lines = all ? waiting_ : count_lines(part);
    if (lines > 0) line_start_ = written_ + part.rfind('\n') + 1;
    written_ += part.size();
    waiting_ -= lines;
    return lines;
}

void PendingLines::take_back() noexcept {
    waiting_ += count_lines(std::string_view{bytes_}.substr(released_, line_start_ - released_));
    written_ = line_start_ = released_;
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
