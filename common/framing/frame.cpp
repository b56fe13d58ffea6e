#include "common/framing/frame.hpp"

#include <array>

namespace hark {

std::string_view name(End end) noexcept {
    static constexpr std::array<std::string_view, 16> NAMES{
        "lf",    "nul",   "cr",   "quiet", "chunk", "delimiter", "counted",  "length",
        "stray", "frame", "full", "eof",   "reset", "timeout",   "shutdown", "kicked"};
    return NAMES[static_cast<std::size_t>(end)];
}

}  // namespace hark
