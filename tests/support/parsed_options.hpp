// Parses options with a single table, without the rest of a command line.
#pragma once

#include "common/cli/option_parser.hpp"
#include "common/cli/usage_error.hpp"

#include <array>
#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace hark::test {

using Words = std::vector<const char*>;

// The options that `words` result in. Throws UsageError.
template <const auto& TABLE, typename Options>
Options parsed(const Words& words) {
    Options options;
    OptionParser parser{words};
    const auto word = parser.next_word(std::array{OptionGroup::of<TABLE>(options)});
    CHECK_FALSE(word);
    return options;
}

// The error message for them; "none" if they are valid.
template <const auto& TABLE, typename Options>
std::string complaint(const Words& words) {
    try {
        static_cast<void>(parsed<TABLE, Options>(words));
    } catch (const UsageError& problem) {
        return problem.what();
    }
    return "none";
}

}  // namespace hark::test
