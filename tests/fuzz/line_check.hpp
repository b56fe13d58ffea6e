// Lines for people and for logs.
#pragma once

#include "common/text/printable.hpp"
#include "common/text/utf8.hpp"
#include "tests/fuzz/require.hpp"

#include <string_view>

namespace hark::fuzz {

// Requires a line in which nothing can move the cursor, or hide, reorder or fake text.
inline void require_line(std::string_view line) {
    require(line.ends_with('\n'), "a line ends");
    line.remove_suffix(1);
    require(utf8::scan(line).valid == line.size(), "a line is UTF-8");
    while (!line.empty()) {
        const utf8::Character character = utf8::first(line);
        require(!is_unsafe(character.code), "what is unsafe is escaped");
        line.remove_prefix(character.length);
    }
}

}  // namespace hark::fuzz
