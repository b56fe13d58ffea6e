#include "common/framing/frame.hpp"

#include <array>

namespace hark {

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

}  // namespace hark
