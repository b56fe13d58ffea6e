// A string that every text has that a regular expression matches, so that most lines of a log need
// not be parsed to know that they do not match.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hark {

struct PatternLiteral {
    std::string text;
    std::string json;       // the same as it stands in a JSON string, as harkd writes it
    bool any_case = false;  // ASCII letters may be of the other case
};

// `pattern`: a valid regular expression of PCRE2, in UTF-8. Nothing if no such string of at least
// two bytes is easily found.
[[nodiscard]] std::optional<PatternLiteral> literal_of_pattern(std::string_view pattern,
                                                               bool any_case);

// Whether the line of JSON may hide text: it has a character escaped that harkd does not escape.
// Otherwise a string that harkd does not escape stands in the line as it is, whoever wrote it.
// Returns where, at or after `from`; npos: nowhere.
[[nodiscard]] std::size_t find_foreign_escape(std::string_view line, std::size_t from) noexcept;

}  // namespace hark
