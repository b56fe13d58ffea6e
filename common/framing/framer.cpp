#include "common/framing/framer.hpp"

namespace hark {

bool Framer::flush(End end, Frame& frame) noexcept {
    return visit([&](auto framer) { return framer.flush(end, frame); });
}

std::optional<std::chrono::milliseconds> Framer::quiet_time(
    std::chrono::milliseconds base) const noexcept {
    if (state_.framing != Framing::automatic || !pending()) return std::nullopt;
    return AutoFramer::quiet_time(state_.habits, base);
}

bool Framer::holds_replies() const noexcept {
    return state_.framing == Framing::automatic &&
           AutoFramer::holds_replies(state_.line, state_.habits);
}

Framing Framer::habit() const noexcept {
    if (state_.framing != Framing::automatic) return state_.framing;
    return AutoFramer::habit(state_.habits);
}

}  // namespace hark
