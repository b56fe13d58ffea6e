// Random streams for framing properties, and random reads of them.
#pragma once

#include "tests/support/generators.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <rapidcheck.h>

namespace hark::test {

// Text with a length near a frame's capacity, on either side, or far from it.
[[nodiscard]] inline rc::Gen<std::string> long_text() {
    return rc::gen::map(
        rc::gen::element(500, 1019, 1020, 1021, 1022, 1023, 1024, 1025, 1026, 1030, 2500),
        [](int size) { return std::string(static_cast<std::size_t>(size), 'x'); });
}

// Text, terminators and lengths on both sides of the capacity.
[[nodiscard]] inline rc::Gen<std::string> random_lines() {
    return joined(rc::gen::weightedOneOf<std::string>(
        {{4, rc::gen::element<std::string>("a", "bc", "def", "ghij")},
         {6, rc::gen::element<std::string>("\r", "\n", std::string(1, '\0'), "\r\n", "\n\r")},
         {1, long_text()}}));
}

// Removes a read of any size from the front of `rest`, which is not empty.
[[nodiscard]] inline std::string next_read(std::string_view& rest) {
    const auto most = rest.size() < 3000 ? static_cast<int>(rest.size()) : 3000;
    const int size =
        *rc::gen::oneOf(rc::gen::inRange(1, most + 1), rc::gen::inRange(1, std::min(most, 3) + 1));
    std::string read{rest.substr(0, static_cast<std::size_t>(size))};
    rest.remove_prefix(read.size());
    return read;
}

}  // namespace hark::test
