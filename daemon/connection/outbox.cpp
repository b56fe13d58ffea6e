#include "daemon/connection/outbox.hpp"

#include "common/protocol/reply.hpp"

#include <algorithm>

namespace hark {

Outbox::Outbox(const OutboxState& state, std::string_view repeated)
    : lines_{state.lines},
      last_words_{state.last_words},
      repeated_{repeated},
      repeats_{state.repeats},
      first_{state.first},
      last_{state.last},
      merged_{state.merged},
      some_as_bytes_{state.some_as_bytes},
      blocked_{state.blocked} {}

OutboxState Outbox::state() const {
    return {.lines = lines_,
            .last_words = last_words_,
            .repeated = repeats_ == 0 ? std::string{} : std::string{repeated_},
            .repeats = repeats_,
            .first = first_,
            .last = last_,
            .merged = merged_,
            .some_as_bytes = some_as_bytes_,
            .blocked = blocked_};
}

void Outbox::merge(std::uint64_t first, std::uint64_t last, bool as_bytes) noexcept {
    merged_ = true;
    some_as_bytes_ = some_as_bytes_ || as_bytes;
    if (first == 0) return;
    if (first_ == 0) first_ = first;
    last_ = last;
}

void Outbox::repeat(std::string_view bytes, std::uint64_t count) {
    if (repeats_ == 0) repeated_ = bytes;
    if (repeated_ == bytes) {
        repeats_ += count;
    } else {
        for (; count > 0; --count) last_words_.append(bytes);
    }
}

std::uint64_t Outbox::shown_repeats() const noexcept {
    if (repeats_ == 0) return 0;
    return std::min<std::uint64_t>(repeats_, MAX_REPEATED / repeated_.size());
}

void Outbox::render(std::string& text) const {
    text.append(lines_);
    render_merged(text);
    const std::uint64_t shown = shown_repeats();
    for (std::uint64_t i = 0; i < shown; ++i) text.append(repeated_);
    if (shown == repeats_) text.append(last_words_);
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
    if (repeats_ > 0) {
        const auto left = static_cast<std::size_t>(
            std::min<std::uint64_t>(count / repeated_.size(), shown_repeats()));
        repeats_ -= left;
        count -= left * repeated_.size();
        if (repeats_ > 0) {
            if (count > 0) {
                lines_ = repeated_.substr(count);
                --repeats_;
            }
            return;
        }
    }
    last_words_.erase(0, count);
}

}  // namespace hark
