// The inside of JSON strings (RFC 8259).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hark {

// How many bytes come before the closing quote of the string that `text` is inside of; npos: there
// is none.
[[nodiscard]] std::size_t json_string_size(std::string_view text) noexcept;

// Whether `text` has a C0 control, which JSON does not allow in a string.
[[nodiscard]] bool has_control(std::string_view text) noexcept;

// Appends the text that `escaped`, the inside of a string, stands for. False if it is not valid;
// `into` is then unspecified.
[[nodiscard]] bool append_json_unescaped(std::string& into, std::string_view escaped);

}  // namespace hark
