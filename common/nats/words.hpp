// Line ends and blanks of the protocol.
#pragma once

#include <string_view>

namespace hark::nats {

inline constexpr std::string_view LINE_END = "\r\n";
inline constexpr std::string_view BLANKS = " \t";

[[nodiscard]] inline std::string_view trimmed(std::string_view text) noexcept {
    const std::size_t begin = text.find_first_not_of(BLANKS);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(BLANKS) - begin + 1);
}

}  // namespace hark::nats
