// Numbers as decimal text, without locale and without allocation of their own.
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

// The number that all of `digits` are; nothing else will do.
template <typename Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view digits) noexcept {
    Number number{};
    const char* const end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc{} || rest != end) return std::nullopt;
    return number;
}

}  // namespace hark
