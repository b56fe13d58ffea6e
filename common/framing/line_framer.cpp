#include "common/framing/line_framer.hpp"

#include <algorithm>

namespace hark {

namespace {

constexpr std::size_t NOWHERE = std::string_view::npos;

}  // namespace

template <typename Units>
LineFramer<Units>::Reading::Reading(LineFramer& framer, std::span<char> data,
                                    SplitPoint& split_point) noexcept
    : framer_{framer},
      message_{framer.message_},
      state_{framer.state_},
      split_point_{split_point},
      data_{data.data(), data.size()} {
    if constexpr (Units::WIDTH > 1) {
        if (state_.has_half) {
            state_.has_half = false;
            char* const begin = data.data() - 1;
            *begin = state_.half;
            data_ = {begin, data.size() + 1};
        }
    }
    units_end_ = data_.size() - data_.size() % Units::WIDTH;
    lf_ = Units::find(data_, '\n', 0);
    nul_ = Units::find(data_, '\0', 0);
    cr_ = state_.cr_ends ? Units::find(data_, '\r', 0) : NOWHERE;
}

template <typename Units>
bool LineFramer<Units>::Reading::has_terminator() const noexcept {
    return lf_ != NOWHERE || nul_ != NOWHERE;
}

template <typename Units>
void LineFramer<Units>::Reading::end_with_cr() noexcept {
    state_.cr_ends = state_.recut = true;
    cr_ = Units::find(data_, '\r', 0);
}

template <typename Units>
bool LineFramer<Units>::Reading::next(Frame& frame) noexcept {
    message_.settle();
    if (state_.recut && framer_.cut_at_cr(frame)) return true;
    if (state_.held_cr && settle_held_cr(frame)) return true;
    if (!framer_.pending()) {
        if (is_plain_text()) {
            note_text();
        } else {
            skip_late_terminator();
        }
        if (!framer_.pending()) {
            message_start_ = position_;
            begins_here_ = true;
        }
    }
    if (position_ == units_end_) {
        keep_half();
        return false;
    }

    const std::size_t terminator = find_terminator();
    std::string_view rest = data_.substr(position_, std::min(terminator, units_end_) - position_);
    const bool trailing_cr = !state_.cr_ends && rest.size() >= Units::WIDTH &&
                             Units::is(rest, rest.size() - Units::WIDTH, '\r');
    if (trailing_cr) rest.remove_suffix(Units::WIDTH);
    if (message_.size() + rest.size() > FRAME_CAPACITY) return take_part(rest, frame);

    if (terminator == NOWHERE) {
        message_.append(rest);
        state_.held_cr = trailing_cr;
        position_ = units_end_;
        keep_half();
        return false;
    }
    End end = End::lf;
    if (terminator == nul_) end = End::nul;
    if (terminator == cr_) end = End::cr;
    if (message_.size() == 0) {
        message_.show_last(rest, end, frame);
    } else {
        message_.append(rest);
        message_.show_last(message_.size(), end, frame);
    }
    position_ = terminator + Units::WIDTH;
    message_start_ = position_;
    framer_.note_terminator(end);
    return true;
}

// Called once all whole units are taken.
template <typename Units>
void LineFramer<Units>::Reading::keep_half() noexcept {
    if (position_ == data_.size()) return;
    state_.has_half = true;
    state_.half = data_[position_++];
}

// The pending message is longer than the buffer: its first bytes leave as a part.
template <typename Units>
bool LineFramer<Units>::Reading::take_part(std::string_view rest, Frame& frame) noexcept {
    if (message_.size() == 0) {
        const std::string_view window = rest.substr(0, FRAME_CAPACITY);
        const std::string_view part = window.substr(0, split_point_.find(window));
        message_.show_part(part, frame);
        position_ += part.size();
    } else {
        const std::string_view fill = rest.substr(0, message_.room());
        message_.append(fill);
        position_ += fill.size();
        message_.show_part(split_point_.find(message_.bytes()), frame);
    }
    return true;
}

template <typename Units>
bool LineFramer<Units>::Reading::settle_held_cr(Frame& frame) noexcept {
    if (position_ == units_end_) return false;
    const bool terminator = stands(position_, '\n') || stands(position_, '\0');
    // If a terminator follows, the CR is part of it: either it will be swallowed, or the search
    // will find it at this position, with nothing before it.
    if (!terminator) {
        if (message_.room() < Units::WIDTH) return take_part({}, frame);
        message_.append(Units::CR);
        note_text();
    } else if (!state_.swallow && !message_.pending()) {
        // An empty line whose CR came in an earlier read. pending() turns false, so clear these, or
        // its terminator would count as part of the last one.
        state_.held_cr = false;
        state_.absorb_lf = state_.absorb_nul = state_.absorb_cr = false;
        return false;
    }
    state_.held_cr = false;
    return false;
}

// A CR right after an LF is part of that end, unless it begins a CRLF. False if it does, or if
// there is no such CR.
template <typename Units>
bool LineFramer<Units>::Reading::skip_cr_behind_lf() noexcept {
    if (state_.held_lf_cr) {
        state_.held_lf_cr = false;
        return !stands(position_, '\n');
    }
    if (!stands(position_, '\r')) return false;
    state_.absorb_cr = false;
    if (stands(position_ + Units::WIDTH, '\n')) return false;
    position_ += Units::WIDTH;
    state_.held_lf_cr = position_ == units_end_;
    return true;
}

template <typename Units>
void LineFramer<Units>::Reading::skip_late_terminator() noexcept {
    while (position_ < units_end_) {
        const std::size_t after = position_ + Units::WIDTH;
        if ((state_.absorb_cr || state_.held_lf_cr) && skip_cr_behind_lf()) continue;
        if (stands(position_, '\n') && (state_.swallow || state_.absorb_lf)) {
            position_ = after;
            state_.swallow = state_.absorb_lf = false;
            state_.absorb_nul = state_.absorb_cr = true;
        } else if (stands(position_, '\0') && (state_.swallow || state_.absorb_nul)) {
            position_ = after;
            state_.swallow = state_.absorb_lf = state_.absorb_cr = false;
            state_.absorb_nul = true;
        } else if (stands(position_, '\r') && state_.swallow && state_.cr_ends) {
            position_ = after;
            state_.swallow = false;
            state_.absorb_lf = state_.absorb_nul = true;
        } else if (stands(position_, '\r') && state_.swallow &&
                   (stands(after, '\n') || stands(after, '\0'))) {
            position_ = after;
        } else if (stands(position_, '\r') && state_.swallow && after == units_end_) {
            message_start_ = position_;
            begins_here_ = true;
            position_ = after;
            state_.held_cr = true;
            return;
        } else {
            note_text();
            return;
        }
    }
}

// Nothing more of the last message's terminator will come.
template <typename Units>
void LineFramer<Units>::Reading::note_text() noexcept {
    if (state_.swallow) state_.went_on = true;
    state_.swallow = state_.absorb_lf = state_.absorb_nul = state_.absorb_cr = false;
    state_.held_lf_cr = false;
}

template <typename Units>
std::size_t LineFramer<Units>::Reading::find_terminator() noexcept {
    const auto refresh = [this](std::size_t& where, char what) {
        if (where != NOWHERE && where < position_) where = Units::find(data_, what, position_);
    };
    refresh(lf_, '\n');
    refresh(nul_, '\0');
    refresh(cr_, '\r');
    return std::min({lf_, nul_, cr_});
}

template <typename Units>
bool LineFramer<Units>::cut_at_cr(Frame& frame) noexcept {
    const std::size_t cr = Units::find(message_.bytes(), '\r', 0);
    if (cr != NOWHERE) {
        message_.show_last(cr, End::cr, frame, Units::WIDTH);
        note_terminator(End::cr);
        return true;
    }
    state_.recut = false;
    if (!state_.held_cr) return false;
    message_.show_last(message_.size(), End::cr, frame);
    note_terminator(End::cr);
    return true;
}

template <typename Units>
void LineFramer<Units>::note_terminator(End end) noexcept {
    state_.absorb_nul = true;
    state_.absorb_lf = end == End::cr;
    state_.absorb_cr = end == End::lf;
    if (!state_.recut) state_.held_cr = false;
    state_.swallow = false;
}

template <typename Units>
bool LineFramer<Units>::flush(End end, SplitPoint& split_point, Frame& frame) noexcept {
    message_.settle();
    if (state_.recut && cut_at_cr(frame)) return true;
    if (!pending()) return false;
    if (only_late_cr()) {
        // The CR of a late terminator. Its LF may come even later, so keep expecting it.
        state_.held_cr = false;
        return false;
    }
    if (state_.has_half) {
        if (state_.held_cr && message_.room() >= Units::WIDTH) {
            message_.append(Units::CR);
            state_.held_cr = false;
        }
        if (message_.room() == 0) {
            message_.show_part(split_point.find(message_.bytes()), frame);
            return true;
        }
        state_.has_half = false;
        message_.append({&state_.half, 1});
    }
    const bool ended_with_cr = state_.held_cr;
    state_.held_cr = false;
    message_.show_last(message_.size(), end, frame);
    state_.swallow = !ended_with_cr;
    state_.absorb_lf = state_.absorb_nul = ended_with_cr;
    state_.absorb_cr = false;
    return true;
}

template class LineFramer<ByteUnits>;
template class LineFramer<Utf16LeUnits>;
template class LineFramer<Utf16BeUnits>;

}  // namespace hark
