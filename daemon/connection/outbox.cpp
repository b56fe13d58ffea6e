#include "daemon/connection/outbox.hpp"

#include "common/protocol/reply.hpp"

#include <algorithm>

namespace hark {

void Outbox::merge(std::uint64_t first, std::uint64_t last, bool as_bytes) noexcept {
    merged_ = true;
    some_as_bytes_ = some_as_bytes_ || as_bytes;
    if (first == 0) return;
    if (first_ == 0) first_ = first;
    last_ = last;
}

void Outbox::render(std::string& text) const {
    text.append(lines_);
    render_merged(text);
    text.append(last_words_);
}

void Outbox::render_merged(std::string& text) const {
    if (!merged_) return;
    if (first_ == 0) {
        reply::append_empty(text);
    } else {
        reply::append_stored_range(text, first_, last_, some_as_bytes_);
    }
}

void Outbox::advance(std::size_t count) {
    blocked_ = true;
    const std::size_t lines = std::min(count, lines_.size());
    lines_.erase(0, lines);
    count -= lines;
    if (count == 0) return;
    if (merged_) {
        render_merged(lines_);
        merged_ = some_as_bytes_ = false;
        first_ = last_ = 0;
        const std::size_t merged = std::min(count, lines_.size());
        lines_.erase(0, merged);
        count -= merged;
    }
    last_words_.erase(0, count);
}

}  // namespace hark
