#include "common/framing/framer.hpp"

namespace hark {

FramerState::FramerState(Framing framing) noexcept {
    switch (framing) {
        case Framing::automatic:
        case Framing::line:
        case Framing::chunk:
            break;
        case Framing::delimited:
            progress = DelimitedState{};
            break;
        case Framing::counted:
        case Framing::length:
            progress = SizedState{};
            break;
    }
}

void Framer::note_silence() noexcept {
    // After a CR, a NUL belongs to the terminator however late it comes.
    AutoState* state = std::get_if<AutoState>(&state_.progress);
    if (state != nullptr && !state->line.absorb_lf) state->line.absorb_nul = false;
}

bool Framer::pending_otherwise() const noexcept {
    return visit([](auto framer) { return framer.pending(); });
}

bool Framer::take_pending(End end, SplitPoint& split_point, Frame& frame) noexcept {
    return visit([&](auto framer) { return framer.flush(end, split_point, frame); });
}

std::size_t Framer::left() const noexcept {
    return visit([this](auto framer) {
        if constexpr (requires { framer.left(); }) return framer.left();
        return state_.message.left();
    });
}

std::optional<std::chrono::milliseconds> Framer::quiet_time(
    std::chrono::milliseconds base) const noexcept {
    if (!pending()) return std::nullopt;
    return visit([base](auto framer) -> std::optional<std::chrono::milliseconds> {
        if constexpr (requires { framer.quiet_time(base); }) return framer.quiet_time(base);
        if constexpr (requires { framer.pending_is_stray(); }) {
            if (framer.pending_is_stray()) return base;
        }
        return std::nullopt;
    });
}

std::optional<std::chrono::milliseconds> Framer::quiet_time_of_held(
    std::chrono::milliseconds base) const noexcept {
    return visit([base](auto framer) -> std::optional<std::chrono::milliseconds> {
        if constexpr (requires { framer.quiet_time(base); }) return framer.quiet_time(base);
        if constexpr (requires { framer.outside(); }) {
            if (framer.outside()) return base;
        }
        return std::nullopt;
    });
}

bool Framer::pending_holds_replies() const noexcept {
    return visit([](auto framer) {
        if constexpr (requires { framer.holds_replies(); }) return framer.holds_replies();
        return false;
    });
}

Framing Framer::habit() const noexcept {
    return visit([this](auto framer) {
        if constexpr (requires { framer.habit(); }) return framer.habit();
        return options_.framing;
    });
}

}  // namespace hark
