#include "common/framing/line_framer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace hark {

namespace {

constexpr std::size_t NOWHERE = std::string_view::npos;

std::size_t find(std::string_view data, char byte, std::size_t from) noexcept {
    if (from >= data.size()) return NOWHERE;
    const void* found = std::memchr(data.data() + from, byte, data.size() - from);
    if (found == nullptr) return NOWHERE;
    return static_cast<std::size_t>(static_cast<const char*>(found) - data.data());
}

End end_of(char terminator) noexcept {
    if (terminator == '\0') return End::nul;
    return terminator == '\r' ? End::cr : End::lf;
}

}  // namespace

LineFramer::Reading::Reading(LineFramer& framer, std::string_view data,
                             SplitPoint& split_point) noexcept
    : state_{framer.state_}, split_point_{split_point}, data_{data} {
    lf_ = find(data, '\n', 0);
    nul_ = find(data, '\0', 0);
    cr_ = state_.cr_ends ? find(data, '\r', 0) : NOWHERE;
}

bool LineFramer::Reading::next(Frame& frame) noexcept {
    drop_front(std::exchange(drop_, 0));
    if (state_.held_cr && settle_held_cr(frame)) return true;
    if (!state_.pending()) {
        skip_late_terminator();
        if (!state_.pending()) {
            message_start_ = position_;
            begins_here_ = true;
        }
    }
    if (position_ == data_.size()) return false;

    const std::size_t terminator = find_terminator();
    std::string_view rest = data_.substr(position_, terminator - position_);
    const bool trailing_cr = !state_.cr_ends && rest.ends_with('\r');
    if (trailing_cr) rest.remove_suffix(1);
    if (state_.size + rest.size() > FRAME_CAPACITY) return take_part(rest, frame);

    if (terminator == NOWHERE) {
        append(rest);
        state_.held_cr = trailing_cr;
        position_ = data_.size();
        return false;
    }
    if (state_.size == 0) {
        frame.bytes = rest;
    } else {
        append(rest);
        frame.bytes = state_.tail();
        drop_ = state_.size;
    }
    frame.end = end_of(data_[terminator]);
    frame.first = !state_.in_parts;
    frame.last = true;
    position_ = terminator + 1;
    message_start_ = position_;
    note_terminator(frame.end);
    return true;
}

// The pending message is longer than the buffer: its first bytes leave.
bool LineFramer::Reading::take_part(std::string_view rest, Frame& frame) noexcept {
    if (state_.size == 0) {
        const std::string_view window = rest.substr(0, FRAME_CAPACITY);
        frame.bytes = window.substr(0, split_point_.find(window));
        position_ += frame.bytes.size();
    } else {
        const std::size_t fill = FRAME_CAPACITY - state_.size;
        append(rest.substr(0, fill));
        position_ += fill;
        drop_ = split_point_.find(state_.tail());
        frame.bytes = state_.tail().substr(0, drop_);
    }
    frame.end = End::full;
    frame.first = !state_.in_parts;
    frame.last = false;
    state_.in_parts = true;
    return true;
}

bool LineFramer::Reading::settle_held_cr(Frame& frame) noexcept {
    if (position_ == data_.size()) return false;
    const char next = data_[position_];
    const bool terminator = next == '\n' || next == '\0';
    // With a terminator the CR is part of it: of one to be swallowed, or of one that the search
    // will find at this position, with nothing before it.
    if (!terminator) {
        if (state_.size == FRAME_CAPACITY) return take_part({}, frame);
        append("\r");
        state_.swallow = state_.absorb_lf = state_.absorb_nul = false;
    } else if (!state_.swallow && state_.size == 0 && !state_.in_parts) {
        // An empty line whose CR came in an earlier read: pending() must not forget that it began.
        state_.held_cr = false;
        state_.absorb_lf = state_.absorb_nul = false;
        return false;
    }
    state_.held_cr = false;
    return false;
}

void LineFramer::Reading::skip_late_terminator() noexcept {
    while (position_ < data_.size()) {
        const char next = data_[position_];
        const char after = position_ + 1 < data_.size() ? data_[position_ + 1] : 'x';
        if ((next == '\n' && (state_.swallow || state_.absorb_lf)) ||
            (next == '\0' && (state_.swallow || state_.absorb_nul))) {
            ++position_;
            state_.swallow = state_.absorb_lf = false;
            state_.absorb_nul = true;
        } else if (next == '\r' && state_.swallow && state_.cr_ends) {
            ++position_;
            state_.swallow = false;
            state_.absorb_lf = state_.absorb_nul = true;
        } else if (next == '\r' && state_.swallow && (after == '\n' || after == '\0')) {
            ++position_;
        } else if (next == '\r' && state_.swallow && position_ + 1 == data_.size()) {
            message_start_ = position_;
            begins_here_ = true;
            ++position_;
            state_.held_cr = true;
            return;
        } else {
            state_.swallow = state_.absorb_lf = state_.absorb_nul = false;
            return;
        }
    }
}

std::size_t LineFramer::Reading::find_terminator() noexcept {
    const auto refresh = [this](std::size_t& where, char byte) {
        if (where != NOWHERE && where < position_) where = find(data_, byte, position_);
    };
    refresh(lf_, '\n');
    refresh(nul_, '\0');
    refresh(cr_, '\r');
    return std::min({lf_, nul_, cr_});
}

void LineFramer::Reading::append(std::string_view bytes) noexcept {
    if (bytes.empty()) return;
    std::memcpy(state_.buffer.data() + state_.size, bytes.data(), bytes.size());
    state_.size = static_cast<std::uint16_t>(state_.size + bytes.size());
}

void LineFramer::Reading::drop_front(std::size_t count) noexcept {
    if (count == 0) return;
    state_.size = static_cast<std::uint16_t>(state_.size - count);
    std::memmove(state_.buffer.data(), state_.buffer.data() + count, state_.size);
}

void LineFramer::Reading::note_terminator(End end) noexcept {
    state_.absorb_nul = true;
    state_.absorb_lf = end == End::cr;
    state_.swallow = state_.held_cr = state_.in_parts = false;
}

bool LineFramer::flush(End end, Frame& frame) noexcept {
    if (!state_.pending()) return false;
    const bool lone_cr = state_.size == 0 && !state_.in_parts;
    const bool ended_with_cr = std::exchange(state_.held_cr, false);
    // The CR of a terminator that came late; its LF may come later still, so the rest stays wanted.
    if (lone_cr && state_.swallow) return false;

    frame = {state_.tail(), end, !state_.in_parts, true};
    state_.swallow = !ended_with_cr;
    state_.absorb_lf = state_.absorb_nul = ended_with_cr;
    state_.in_parts = false;
    state_.size = 0;
    return true;
}

}  // namespace hark
