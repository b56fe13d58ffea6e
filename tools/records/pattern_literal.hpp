// A string that every text matching a regular expression has. Most lines of a log can then be ruled
// out without parsing them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hark {

struct PatternLiteral {
    std::string text;
    std::string json;       // the same in a JSON string, as harkd writes it
    bool any_case = false;  // ASCII letters may be of the other case
};

// `pattern`: a valid regular expression of PCRE2, in UTF-8. Nothing if no such string of at least
// two bytes is easily found.
[[nodiscard]] std::optional<PatternLiteral> literal_of_pattern(std::string_view pattern,
                                                               bool any_case);

// Finds an escape in the line of JSON of a character that harkd does not escape: it may hide text.
// Without one, a string that harkd does not escape is in the line as it is, whatever wrote it.
// Returns where, at or after `from`; npos: nowhere.
[[nodiscard]] std::size_t find_foreign_escape(std::string_view line, std::size_t from) noexcept;

}  // namespace hark
