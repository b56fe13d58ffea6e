#include "common/framing/delimited_framer.hpp"

#include <algorithm>
#include <array>

namespace hark {

namespace {

// Trimmed from stray messages.
constexpr std::string_view BLANKS{" \t\r\n\0", 5};

std::string_view without_leading_blanks(std::string_view bytes) noexcept {
    return bytes.substr(std::min(bytes.find_first_not_of(BLANKS), bytes.size()));
}

// Returns how much of `pattern` is matched after `byte`, if its first `matched` bytes came before:
// the length of its longest prefix that the input now ends with.
std::size_t advance_match(std::string_view pattern, std::size_t matched, char byte) noexcept {
    if (pattern.empty()) return 0;
    for (;;) {
        if (pattern[matched] == byte) return matched + 1;
        if (matched == 0) return 0;
        // Try the next shorter prefix that the matched bytes also end with.
        const std::string_view before = pattern.substr(0, matched);
        do {
            --matched;
        } while (!before.ends_with(pattern.substr(0, matched)));
    }
}

}  // namespace

std::size_t DelimitedFramer::held() const noexcept {
    return std::max(state_.begin_matched, state_.end_matched);
}

std::string_view DelimitedFramer::held_bytes() const noexcept {
    const bool by_end = state_.end_matched >= state_.begin_matched;
    return (by_end ? options_.end : options_.begin).bytes().substr(0, held());
}

bool DelimitedFramer::holds_text() const noexcept {
    const std::string_view bytes = held_bytes();
    return inside() ? !bytes.empty() : !without_leading_blanks(bytes).empty();
}

bool DelimitedFramer::show_stray(Frame& frame) noexcept {
    if (!message_.pending()) return false;
    const std::size_t last = message_.bytes().find_last_not_of(BLANKS);
    const std::size_t size = last == std::string_view::npos ? 0 : last + 1;
    message_.show_last(size, End::stray, frame, message_.size() - size);
    return true;
}

bool DelimitedFramer::Reading::next(Frame& frame) noexcept {
    framer_.message_.settle();
    while (position_ < data_.size()) {
        const std::size_t candidate = framer_.held() == 0 ? find_candidate() : position_;
        if (candidate != position_) {
            if (take_run(candidate, frame)) return true;
        } else if (take_byte(frame)) {
            return true;
        }
    }
    return false;
}

std::size_t DelimitedFramer::Reading::find_candidate() noexcept {
    const auto next = [this](const Delimiter& delimiter, std::size_t& at) {
        if (delimiter.empty()) return data_.size();
        if (at < position_ || at == std::string_view::npos) {
            at = std::min(data_.find(delimiter.bytes().front(), position_), data_.size());
        }
        return at;
    };
    const FramingOptions& options = framer_.options_;
    const std::size_t begin = next(options.begin, begin_at_);
    return framer_.inside() ? std::min(begin, next(options.end, end_at_)) : begin;
}

bool DelimitedFramer::Reading::take_run(std::size_t end, Frame& frame) noexcept {
    MessageBuffer& message = framer_.message_;
    std::string_view run = data_.substr(position_, end - position_);
    if (!framer_.inside() && !message.pending()) {
        run = without_leading_blanks(run);
        position_ = end - run.size();
    }
    const std::string_view fits = run.substr(0, message.room());
    message.append(fits);
    position_ += fits.size();
    if (fits.size() == run.size()) return false;
    message.show_part(split_point_.find(message.bytes()), frame);
    return true;
}

bool DelimitedFramer::Reading::take_byte(Frame& frame) noexcept {
    const FramingOptions& options = framer_.options_;
    MessageBuffer& message = framer_.message_;
    DelimitedState& state = framer_.state_;
    const char byte = data_[position_];
    const bool inside = framer_.inside();
    const std::size_t begin = advance_match(options.begin.bytes(), state.begin_matched, byte);
    const std::size_t end =
        inside ? advance_match(options.end.bytes(), state.end_matched, byte) : 0;
    const bool ends = inside && end == options.end.size();
    const bool begins = !ends && !options.begin.empty() && begin == options.begin.size();

    // Of the held bytes and this one, all is text except what is, or may still become, a delimiter.
    std::array<char, Delimiter::MAX_SIZE + 1> bytes{};
    const std::string_view held = framer_.held_bytes();
    std::copy(held.begin(), held.end(), bytes.begin());
    bytes[held.size()] = byte;
    std::size_t kept = std::max(begin, end);
    if (ends) kept = end;
    if (begins) kept = begin;
    std::string_view text{bytes.data(), held.size() + 1 - kept};
    if (!inside && !message.pending()) text = without_leading_blanks(text);
    if (text.size() > message.room()) {
        message.show_part(split_point_.find(message.bytes()), frame);
        return true;
    }

    message.append(text);
    ++position_;
    state.begin_matched = static_cast<std::uint8_t>(ends || begins ? 0 : begin);
    state.end_matched = static_cast<std::uint8_t>(ends || begins ? 0 : end);
    if (!ends && !begins) return false;
    begun_before_ = false;
    state.inside = begins;
    if (ends) {
        message.show_last(message.size(), End::delimiter, frame);
        return true;
    }
    // A frame begins. What came before it was stray, or a frame without an end.
    if (!inside) return framer_.show_stray(frame);
    if (!message.pending()) return false;
    message.show_last(message.size(), End::stray, frame);
    return true;
}

bool DelimitedFramer::flush(End end, SplitPoint& split_point, Frame& frame) noexcept {
    message_.settle();
    if (!pending()) return false;
    if (end == End::quiet && !inside()) return show_stray(frame);
    if (std::string_view held = held_bytes(); !held.empty()) {
        if (!inside() && !message_.pending()) held = without_leading_blanks(held);
        if (held.size() > message_.room()) {
            message_.show_part(split_point.find(message_.bytes()), frame);
            return true;
        }
        message_.append(held);
        state_.begin_matched = state_.end_matched = 0;
    }
    if (!inside()) return show_stray(frame);
    state_.inside = false;
    if (!message_.pending()) return false;
    message_.show_last(message_.size(), end, frame);
    return true;
}

}  // namespace hark
