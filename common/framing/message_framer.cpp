#include "common/framing/message_framer.hpp"

#include "common/text/gb18030.hpp"
#include "common/text/utf8.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace hark {

namespace {

constexpr std::size_t NOWHERE = std::string_view::npos;

// A line peer's next bytes may be long in coming; somebody who types needs time; a device that has
// sent whole messages twice will do so again.
constexpr int LINE_FACTOR = 30;
constexpr int TYPED_FACTOR = 10;
constexpr int WHOLE_DIVISOR = 2;
constexpr std::uint8_t WHOLE_TAILS_TO_TRUST = 2;

// Whether `bytes` is what one key press sends: a character, or a byte of one.
bool is_one_character(std::string_view bytes) noexcept {
    if (bytes.size() <= 1) return true;
    if (bytes.size() > 4) return false;
    if (gb18030::form_length(bytes) == bytes.size()) return true;
    const auto scan = utf8::scan(bytes);
    return scan.valid == bytes.size() && utf8::first(bytes).length == bytes.size();
}

std::size_t find(std::string_view data, char byte, std::size_t from) noexcept {
    if (from >= data.size()) return NOWHERE;
    const void* found = std::memchr(data.data() + from, byte, data.size() - from);
    if (found == nullptr) return NOWHERE;
    return static_cast<std::size_t>(static_cast<const char*>(found) - data.data());
}

End end_of(char terminator) noexcept {
    switch (terminator) {
        case '\0':
            return End::nul;
        case '\r':
            return End::cr;
        default:
            return End::lf;
    }
}

}  // namespace

std::string_view name(Framing framing) noexcept {
    switch (framing) {
        case Framing::line:
            return "line";
        case Framing::chunk:
            return "chunk";
        case Framing::automatic:
            break;
    }
    return "auto";
}

std::string_view name(End end) noexcept {
    static constexpr std::array<std::string_view, 11> NAMES{"lf",      "nul",      "cr",    "quiet",
                                                            "chunk",   "full",     "eof",   "reset",
                                                            "timeout", "shutdown", "kicked"};
    return NAMES[static_cast<std::size_t>(end)];
}

// ---------------------------------------------------------------------------------------- reading

MessageFramer::Reading::Reading(MessageFramer& framer, std::string_view data,
                                CutPoint& cut_point) noexcept
    : framer_{framer}, cut_point_{cut_point}, data_{data} {
    lf_ = find(data, '\n', 0);
    nul_ = find(data, '\0', 0);
    cr_ = framer.cr_ends_ ? find(data, '\r', 0) : NOWHERE;
}

MessageFramer::Reading::~Reading() {
    framer_.drop_front(drop_);
    if (!framer_.pending() || position_ == message_start_) return;
    framer_.typed_ = is_one_character(data_) && (begins_here_ || framer_.typed_);
    framer_.reads_ = begins_here_ ? 1 : 2;
}

bool MessageFramer::Reading::next(Frame& frame) noexcept {
    framer_.drop_front(std::exchange(drop_, 0));
    if (framer_.framing_ == Framing::chunk) return next_chunk(frame);

    if (framer_.held_cr_ && settle_held_cr(frame)) return true;
    if (!framer_.pending()) {
        skip_what_belongs_to_the_last();
        if (!framer_.pending()) {
            message_start_ = position_;
            begins_here_ = true;
        }
    }
    if (position_ == data_.size()) return false;

    const std::size_t terminator = find_terminator();
    std::string_view rest = data_.substr(position_, terminator - position_);
    const bool trailing_cr = !framer_.cr_ends_ && rest.ends_with('\r');
    if (trailing_cr) rest.remove_suffix(1);
    if (framer_.size_ + rest.size() > CAPACITY) return take_part(rest, frame);

    if (terminator == NOWHERE) {
        framer_.append(rest);
        framer_.held_cr_ = trailing_cr;
        position_ = data_.size();
        return false;
    }
    if (framer_.size_ == 0) {
        frame.bytes = rest;
    } else {
        framer_.append(rest);
        frame.bytes = framer_.tail();
        drop_ = framer_.size_;
    }
    frame.end = end_of(data_[terminator]);
    frame.first = !framer_.in_parts_;
    frame.last = true;
    position_ = terminator + 1;
    message_start_ = position_;
    framer_.note_terminator(frame.end);
    return true;
}

// The pending message is longer than the buffer: its first bytes leave.
bool MessageFramer::Reading::take_part(std::string_view rest, Frame& frame) noexcept {
    if (framer_.size_ == 0) {
        const std::string_view window = rest.substr(0, CAPACITY);
        frame.bytes = window.substr(0, cut_point_.cut(window));
        position_ += frame.bytes.size();
    } else {
        const std::size_t fill = CAPACITY - framer_.size_;
        framer_.append(rest.substr(0, fill));
        position_ += fill;
        drop_ = cut_point_.cut(framer_.tail());
        frame.bytes = framer_.tail().substr(0, drop_);
    }
    frame.end = End::full;
    frame.first = !framer_.in_parts_;
    frame.last = false;
    framer_.in_parts_ = true;
    return true;
}

bool MessageFramer::Reading::settle_held_cr(Frame& frame) noexcept {
    if (position_ == data_.size()) return false;
    const char next = data_[position_];
    const bool terminator = next == '\n' || next == '\0';
    // With a terminator the CR is part of it: of one to be swallowed, or of one that the search
    // will find at this position, with nothing before it.
    if (!terminator) {
        if (framer_.size_ == CAPACITY) return take_part({}, frame);
        framer_.append("\r");
        framer_.swallow_ = framer_.absorb_lf_ = framer_.absorb_nul_ = false;
    } else if (!framer_.swallow_ && framer_.size_ == 0 && !framer_.in_parts_) {
        // An empty line whose CR came in an earlier read: pending() must not forget that it began.
        framer_.held_cr_ = false;
        framer_.absorb_lf_ = framer_.absorb_nul_ = false;
        return false;
    }
    framer_.held_cr_ = false;
    return false;
}

void MessageFramer::Reading::skip_what_belongs_to_the_last() noexcept {
    while (position_ < data_.size()) {
        const char next = data_[position_];
        const char after = position_ + 1 < data_.size() ? data_[position_ + 1] : 'x';
        if ((next == '\n' && (framer_.swallow_ || framer_.absorb_lf_)) ||
            (next == '\0' && (framer_.swallow_ || framer_.absorb_nul_))) {
            ++position_;
            framer_.swallow_ = framer_.absorb_lf_ = false;
            framer_.absorb_nul_ = true;
        } else if (next == '\r' && framer_.swallow_ && framer_.cr_ends_) {
            ++position_;
            framer_.swallow_ = false;
            framer_.absorb_lf_ = framer_.absorb_nul_ = true;
        } else if (next == '\r' && framer_.swallow_ && (after == '\n' || after == '\0')) {
            ++position_;
        } else if (next == '\r' && framer_.swallow_ && position_ + 1 == data_.size()) {
            message_start_ = position_;
            begins_here_ = true;
            ++position_;
            framer_.held_cr_ = true;
            return;
        } else {
            framer_.swallow_ = framer_.absorb_lf_ = framer_.absorb_nul_ = false;
            return;
        }
    }
}

std::size_t MessageFramer::Reading::find_terminator() noexcept {
    const auto refresh = [this](std::size_t& where, char byte) {
        if (where != NOWHERE && where < position_) where = find(data_, byte, position_);
    };
    refresh(lf_, '\n');
    refresh(nul_, '\0');
    refresh(cr_, '\r');
    return std::min({lf_, nul_, cr_});
}

bool MessageFramer::Reading::next_chunk(Frame& frame) noexcept {
    if (position_ == data_.size()) return false;
    const std::size_t last = data_.find_last_not_of(std::string_view{"\r\n\0", 3});
    const std::size_t length = last == NOWHERE ? 0 : last + 1;
    const std::string_view rest = data_.substr(position_, length - std::min(length, position_));
    if (rest.size() > CAPACITY) return take_part(rest, frame);
    frame = {rest, End::chunk, !framer_.in_parts_, true};
    framer_.in_parts_ = false;
    position_ = data_.size();
    return true;
}

// ----------------------------------------------------------------------------------------- framer

std::optional<std::chrono::milliseconds> MessageFramer::quiet_time(
    std::chrono::milliseconds base) const noexcept {
    if (framing_ != Framing::automatic || !pending()) return std::nullopt;
    auto time = base;
    if (habit_ == Habit::line) time *= LINE_FACTOR;
    if (typed_) time *= TYPED_FACTOR;
    if (whole_tails_ >= WHOLE_TAILS_TO_TRUST) time /= WHOLE_DIVISOR;
    return time;
}

bool MessageFramer::flush(End end, Frame& frame) noexcept {
    if (!pending()) return false;
    const bool lone_cr = size_ == 0 && !in_parts_;
    const bool ended_with_cr = std::exchange(held_cr_, false);
    // The CR of a terminator that came late; its LF may come later still, so the rest stays wanted.
    if (lone_cr && swallow_) return false;

    frame = {tail(), end, !in_parts_, true};
    if (framing_ == Framing::automatic && (end == End::quiet || end == End::timeout)) {
        if (habit_ == Habit::unknown) habit_ = Habit::chunk;
        if (!std::exchange(had_tail_, true) && ended_with_cr) cr_ends_ = true;
        if (end == End::quiet && reads_ == 1 && !typed_ && whole_tails_ < WHOLE_TAILS_TO_TRUST) {
            ++whole_tails_;
        }
    }
    swallow_ = !ended_with_cr;
    absorb_lf_ = absorb_nul_ = ended_with_cr;
    in_parts_ = false;
    typed_ = false;
    reads_ = 0;
    size_ = 0;
    return true;
}

bool MessageFramer::holds_replies() const noexcept {
    return habit_ == Habit::chunk && pending() && !(held_cr_ && swallow_);
}

Framing MessageFramer::habit() const noexcept {
    if (framing_ != Framing::automatic || habit_ == Habit::unknown) return framing_;
    return habit_ == Habit::line ? Framing::line : Framing::chunk;
}

void MessageFramer::append(std::string_view bytes) noexcept {
    if (bytes.empty()) return;
    std::memcpy(buffer_.data() + size_, bytes.data(), bytes.size());
    size_ = static_cast<std::uint16_t>(size_ + bytes.size());
}

void MessageFramer::drop_front(std::size_t count) noexcept {
    if (count == 0) return;
    size_ = static_cast<std::uint16_t>(size_ - count);
    std::memmove(buffer_.data(), buffer_.data() + count, size_);
}

void MessageFramer::note_terminator(End end) noexcept {
    if (habit_ == Habit::unknown && framing_ == Framing::automatic) habit_ = Habit::line;
    absorb_nul_ = true;
    absorb_lf_ = end == End::cr;
    swallow_ = false;
    held_cr_ = in_parts_ = typed_ = false;
    reads_ = 0;
}

}  // namespace hark
