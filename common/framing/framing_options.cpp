#include "common/framing/framing_options.hpp"

#include <algorithm>

namespace hark {

std::string_view name(Framing framing) noexcept {
    static constexpr std::array<std::string_view, FRAMINGS> NAMES{"auto",      "line",    "chunk",
                                                                  "delimited", "counted", "length"};
    return NAMES[static_cast<std::size_t>(framing)];
}

Delimiter::Delimiter(std::string_view bytes) noexcept
    : size_{static_cast<std::uint8_t>(std::min(bytes.size(), MAX_SIZE))} {
    std::copy_n(bytes.begin(), size_, bytes_.begin());
}

}  // namespace hark
