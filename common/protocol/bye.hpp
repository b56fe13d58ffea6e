// The word that ends a conversation, and how a message can say it all the same.
#pragma once

#include <string_view>

namespace hark {

// Whether `message` is `bye` alone: blanks, CR, NUL and a byte order mark around it do not count,
// nor does case.
[[nodiscard]] bool is_bye(std::string_view message) noexcept;

// Whether `message` is one or more backslashes and then `bye`, as above: it then stands for the
// message without its first backslash.
[[nodiscard]] bool is_escaped_bye(std::string_view message) noexcept;

// Whether a client must put a backslash before `message` for it to arrive as it is.
[[nodiscard]] inline bool needs_escape(std::string_view message) noexcept {
    return is_bye(message) || is_escaped_bye(message);
}

}  // namespace hark
