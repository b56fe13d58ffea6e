#include "tools/send/pacing.hpp"

#include <algorithm>
#include <utility>

namespace hark {

bool Pacing::asks(std::string_view message) const noexcept {
    if (listener_ != Listener::unknown || question_ != Question::none) return false;
    // A first answer shows that answers have numbers. A chunk in which nothing is left, without its
    // CRs and telnet's negotiation, would be answered like an empty line.
    return answered_ > 0 && message.find_first_not_of('\r') != std::string_view::npos &&
           message.find('\xFF') == std::string_view::npos;
}

void Pacing::sent(bool asking) noexcept {
    ++sent_;
    waits_ = true;
    if (asking) question_ = Question::asked;
}

std::uint64_t Pacing::ours(std::uint64_t number) const noexcept {
    const std::uint64_t theirs = number - std::min(number, split_);
    return theirs + std::min(blank_, UINT64_MAX - theirs);
}

NumberRange Pacing::numbered(const reply::Answered& answer) noexcept {
    const NumberRange range{ours(answer.first), ours(answer.last)};
    if (listener_ == Listener::lines) {
        answered_ = std::max(answered_, std::min(range.last, sent_));
        return range;
    }
    if (waits_ && range.first <= sent_ && range.last >= sent_) {
        settle();
        note_split(range.last - sent_);
        return {sent_, sent_};
    }
    if (!waits_ && range.first == sent_ + 1) note_split(range.last - sent_);
    return NONE;
}

void Pacing::settle() noexcept {
    waits_ = false;
    answered_ = sent_;
    if (question_ == Question::open) listener_ = Listener::chunks;
    if (question_ == Question::asked) question_ = Question::open;
}

NumberRange Pacing::unnumbered() noexcept {
    if (std::exchange(prelude_, false)) return NONE;
    if (listener_ == Listener::unknown && question_ != Question::none) {
        listener_ = Listener::lines;
        return NONE;
    }
    if (answered_ == sent_) return NONE;
    ++answered_;
    ++blank_;
    waits_ = waits_ && answered_ < sent_;
    return {answered_, answered_};
}

NumberRange Pacing::byte() noexcept {
    if (std::exchange(prelude_, false)) return NONE;
    if (!std::exchange(waits_, false)) {
        note_split(1);
        return NONE;
    }
    answered_ = sent_;
    return {sent_, sent_};
}

void Pacing::note_split(std::uint64_t count) noexcept {
    if (count <= MOST_SPLIT) split_ = std::min(split_ + count, MOST_SPLIT);
}

void Pacing::note_total(std::uint64_t total) noexcept {
    if (listener_ == Listener::lines) return;
    const std::uint64_t expected = sent_ - blank_ + split_;
    if (total > expected) note_split(total - expected);
}

}  // namespace hark
