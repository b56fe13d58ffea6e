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

PendingLinesState PendingLines::state() const {
    return {.bytes = std::string{bytes_.view()}, .line_start = line_start_, .written = written_};
}

void PendingLines::resume(const PendingLinesState& state) {
    bytes_.clear();
    bytes_.append(state.bytes);
    line_start_ = state.line_start;
    written_ = state.written;
    waiting_ = count_lines(waiting_lines());
}

std::uint64_t PendingLines::count_unreleased() const noexcept {
    return count_lines(unreleased_lines());
}

std::uint64_t PendingLines::wrote(std::size_t count) noexcept {
    const std::string_view part = unwritten().substr(0, count);
    // Usually everything is written: then there is nothing to count.
    const bool all = part.size() == unwritten().size();
    const std::uint64_t lines = all ? waiting_ : count_lines(part);
    if (lines > 0) line_start_ = written_ + part.rfind('\n') + 1;
    written_ += part.size();
    waiting_ -= lines;
    return lines;
}

void PendingLines::take_back() noexcept {
    waiting_ += count_lines(bytes_.view().substr(0, line_start_));
    written_ = line_start_ = 0;
}

void PendingLines::release(std::size_t count) noexcept {
    bytes_.consume(count);
    line_start_ -= count;
    written_ -= count;
}

}  // namespace hark
