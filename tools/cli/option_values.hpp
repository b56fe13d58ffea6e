// Values that several options accept.
#pragma once

#include "common/sys/clock.hpp"
#include "common/text/number.hpp"

#include <string>

namespace hark {

// The longest time that is accepted, in seconds: a Duration can hold the sum of several.
inline constexpr double LONGEST_S = 1e6;

// Throws UsageError: `message`, already translated, with `value` in place of its "{}".
[[noreturn]] void refuse_value(const char* message, const std::string& value);

// A number from `least` to `most`; throws UsageError for anything else, as refuse_value().
template <typename Number>
[[nodiscard]] Number number_from(const std::string& value, Number least, Number most,
                                 const char* message) {
    const auto number = parse_number<Number>(value);
    if (!number || !(*number >= least && *number <= most)) refuse_value(message, value);
    return *number;
}

// Of at most LONGEST_S.
[[nodiscard]] Duration to_duration(double seconds) noexcept;

// The value of --timeout; zero: none.
[[nodiscard]] Duration timeout_from(const std::string& value);

}  // namespace hark
