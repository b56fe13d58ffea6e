#include "common/framing/sized_framer.hpp"

#include <algorithm>
#include <utility>

namespace hark {

namespace {

constexpr std::size_t MAX_DIGITS = 9;

constexpr bool is_digit(char byte) noexcept {
    return byte >= '0' && byte <= '9';
}

}  // namespace

SizeHeader CountHeader::parse(const FramingOptions& options, std::string_view bytes) noexcept {
    using Verdict = SizeHeader::Verdict;
    const bool complete = bytes.back() == ' ';
    const std::string_view digits = bytes.substr(0, bytes.size() - (complete ? 1 : 0));
    if (digits.empty() || digits.size() > MAX_DIGITS) return {Verdict::bad};
    if (digits.size() > 1 && digits.front() == '0') return {Verdict::bad};
    std::uint32_t length = 0;
    for (const char digit : digits) {
        if (!is_digit(digit)) return {Verdict::bad};
        length = length * 10 + static_cast<std::uint32_t>(digit - '0');
    }
    if (!complete) return {Verdict::more};
    if (length > options.max_message) return {Verdict::bad};
    return {Verdict::complete, length};
}

SizeHeader LengthHeader::parse(const FramingOptions& options, std::string_view bytes) noexcept {
    using Verdict = SizeHeader::Verdict;
    if (bytes.size() < options.length_bytes) return {Verdict::more};
    std::uint32_t length = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const bool big = options.length_order == ByteOrder::big;
        const char byte = bytes[big ? i : bytes.size() - 1 - i];
        length = (length << 8U) | static_cast<unsigned char>(byte);
    }
    if (length > options.max_message) return {Verdict::bad};
    return {Verdict::complete, length};
}

template <typename Header>
bool SizedFramer<Header>::Reading::next(Frame& frame) noexcept {
    framer_.message_.settle();
    while (position_ < data_.size()) {
        if (bad_ || framer_.state_.in_text()) {
            if (take_text(frame)) return true;
        } else if (take_header(frame)) {
            return true;
        }
    }
    if (!std::exchange(bad_, false)) return false;
    framer_.message_.show_last(framer_.message_.size(), End::frame, frame);
    return true;
}

template <typename Header>
bool SizedFramer<Header>::Reading::take_header(Frame& frame) noexcept {
    MessageBuffer& message = framer_.message_;
    const char byte = data_[position_++];
    if (message.size() == 0 && Header::skips(byte)) return false;
    message.append({&byte, 1});
    const SizeHeader header = Header::parse(framer_.options_, message.bytes());
    if (header.verdict == SizeHeader::Verdict::more) return false;
    if (header.verdict == SizeHeader::Verdict::bad) {
        bad_ = true;
        return false;
    }
    message.clear();
    framer_.state_.remaining = header.length;
    if (header.length > 0) return false;
    message.show_last(0, Header::END, frame);
    begun_before_ = false;
    return true;
}

template <typename Header>
bool SizedFramer<Header>::Reading::take_text(Frame& frame) noexcept {
    MessageBuffer& message = framer_.message_;
    SizedState& state = framer_.state_;
    std::string_view text = data_.substr(position_);
    if (!bad_) text = text.substr(0, state.remaining);
    const bool whole = !bad_ && text.size() == state.remaining;
    if (whole && message.size() == 0 && text.size() <= FRAME_CAPACITY) {
        message.show_last(text, Header::END, frame);
        position_ += text.size();
    } else {
        const std::string_view fits = text.substr(0, message.room());
        message.append(fits);
        position_ += fits.size();
        if (!bad_) state.remaining -= static_cast<std::uint32_t>(fits.size());
        if (fits.size() < text.size()) {
            message.show_part(split_point_.find(message.bytes()), frame);
            return true;
        }
        if (!whole) return false;
        message.show_last(message.size(), Header::END, frame);
    }
    state = {};
    begun_before_ = false;
    return true;
}

template <typename Header>
bool SizedFramer<Header>::flush(End end, SplitPoint&, Frame& frame) noexcept {
    message_.settle();
    if (!pending()) return false;
    if (end == End::timeout) end = End::frame;
    state_ = {};
    // A header alone announces a message of which nothing has come.
    if (!message_.pending() && end != End::frame) return false;
    message_.show_last(message_.size(), end, frame);
    return true;
}

template class SizedFramer<CountHeader>;
template class SizedFramer<LengthHeader>;

}  // namespace hark
