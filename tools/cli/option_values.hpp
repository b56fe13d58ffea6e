// What options take, where more than one takes the like.
#pragma once

#include "common/sys/clock.hpp"
#include "common/text/number.hpp"

#include <string>

namespace hark {

// The longest time that is taken, in seconds: it fits into a Duration, and so does the sum of some.
inline constexpr double LONGEST_S = 1e6;

// Throws a UsageError: `complaint`, already translated, with `value` in the place of its "{}".
[[noreturn]] void refuse_value(const char* complaint, const std::string& value);

template <typename Number>
[[nodiscard]] Number number_from(const std::string& value, Number least, Number most,
                                 const char* complaint) {
    const auto number = parse_number<Number>(value);
    if (!number || !(*number >= least && *number <= most)) refuse_value(complaint, value);
    return *number;
}

// Of at most LONGEST_S.
[[nodiscard]] Duration to_duration(double seconds) noexcept;

// The value of --timeout; zero: none.
[[nodiscard]] Duration timeout_from(const std::string& value);

}  // namespace hark
