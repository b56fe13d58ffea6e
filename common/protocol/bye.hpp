// The word that ends a conversation, and its escaped form.
#pragma once

#include <string_view>

namespace hark {

// Whether `message` is `bye`, in any case, ignoring surrounding blanks, CR, NUL and a byte order
// mark.
[[nodiscard]] bool is_bye(std::string_view message) noexcept;

// Whether `message` is `bye`, as above, after one or more backslashes: it then means the message
// without its first backslash.
[[nodiscard]] bool is_escaped_bye(std::string_view message) noexcept;

// Looks only at the first byte of `message`, which must not be empty. False for most messages; for
// those, is_bye() and is_escaped_bye() need not be called.
[[nodiscard]] inline bool may_be_bye(std::string_view message) noexcept {
    constexpr std::string_view FIRST{"bB\\ \t\r\0\xEF", 8};
    return FIRST.find(message.front()) != std::string_view::npos;
}

// Whether a client must prefix `message` with a backslash for it to arrive unchanged.
[[nodiscard]] inline bool needs_escape(std::string_view message) noexcept {
    return is_bye(message) || is_escaped_bye(message);
}

}  // namespace hark
