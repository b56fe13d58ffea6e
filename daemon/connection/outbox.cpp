#include "daemon/connection/outbox.hpp"

#include "common/protocol/reply.hpp"

#include <algorithm>

namespace hark {

namespace {

// IAC, command, option: RFC 854.
constexpr char IAC = '\xFF';
constexpr std::size_t IAC_LENGTH = 3;

}  // namespace

void Outbox::merge(std::uint64_t first, std::uint64_t last, bool as_bytes) noexcept {
    merged_ = true;
    some_as_bytes_ = some_as_bytes_ || as_bytes;
    if (first == 0) return;
    if (first_ == 0) first_ = first;
    last_ = last;
}

void Outbox::take(std::string& text) {
    text.append(lines_);
    if (merged_) {
        if (first_ == 0) {
            reply::append_empty(text);
        } else {
            reply::append_stored_range(text, first_, last_, some_as_bytes_);
        }
    }
    text.append(last_words_);
    *this = {};
}

void Outbox::keep(std::string_view text) {
    blocked_ = true;
    bool begun = true;
    while (!text.empty()) {
        if (text.front() == IAC) {
            // Telnet's answers are no lines, and stand before one.
            lines_.append(text.substr(0, IAC_LENGTH));
            text.remove_prefix(std::min(text.size(), IAC_LENGTH));
            begun = false;
            continue;
        }
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end == std::string_view::npos ? end : end + 1);
        text.remove_prefix(line.size());
        if (const auto answered = reply::parse_stored(line); answered && !begun) {
            merge(answered->first, answered->last, answered->as_bytes);
        } else if (merged_) {
            append_last_words(line);
        } else {
            lines_.append(line);
        }
        begun = false;
    }
}

}  // namespace hark
