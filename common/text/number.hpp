// Numbers as decimal text, without locale and without allocation of their own.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace hark {

inline void append_number(std::string& into, std::uint64_t number) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    into.append(digits.data(), end);
}

}  // namespace hark
