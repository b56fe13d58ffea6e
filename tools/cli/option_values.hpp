// Parsers for values that several options share.
#pragma once

#include "common/sys/clock.hpp"
#include "common/text/number.hpp"

#include <string>

namespace hark {

// The longest time accepted, in seconds: short enough that a Duration can hold the sum of several.
inline constexpr double LONGEST_S = 1e6;

// Throws UsageError: `message`, already translated, with "{}" replaced by `value`.
[[noreturn]] void refuse_value(const char* message, const std::string& value);

// A number from `least` to `most`; anything else is refused as in refuse_value().
template <typename Number>
[[nodiscard]] Number number_from(const std::string& value, Number least, Number most,
                                 const char* message) {
    const auto number = parse_number<Number>(value);
    if (!number || !(*number >= least && *number <= most)) refuse_value(message, value);
    return *number;
}

// `seconds` must not exceed LONGEST_S.
[[nodiscard]] Duration to_duration(double seconds) noexcept;

// Parses the value of --timeout; zero: no timeout.
[[nodiscard]] Duration timeout_from(const std::string& value);

}  // namespace hark
