// Numbers as decimal text, independent of the locale.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace hark {

inline void append_number(std::string& into, std::uint64_t number) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    into.append(digits.data(), end);
}

// Removes and returns the number that `text` starts with. Nothing if there is none or it is out of
// range; `text` is then unchanged. `format`: only for floating point, a std::chars_format.
template <typename Number, typename... Format>
[[nodiscard]] std::optional<Number> take_number(std::string_view& text, Format... format) noexcept {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number, format...);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    return number;
}

// All of `text` as one number; nothing if it is anything else.
template <typename Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text) noexcept {
    const std::optional<Number> number = take_number<Number>(text);
    return text.empty() ? number : std::nullopt;
}

}  // namespace hark
