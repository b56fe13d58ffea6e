// A value that cannot be, on the command line, in the configuration file, or in the unit of a
// socket that is passed. What is said of it is in the language of the locale.
#pragma once

#include "common/locale/i18n.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace hark {

// "harkd.toml:3:9: what is wrong, expected what"
class ConfigError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Where a value comes from, for what is said of a bad one.
struct Origin {
    std::string place;  // "harkd.toml:3:9", "--listen"

    // Throws ConfigError.
    [[noreturn]] void reject(std::string_view what, std::string_view expected) const {
        throw ConfigError{
            fmt::format(fmt::runtime(_("{}: {}, expected {}")), place, what, expected)};
    }
};

}  // namespace hark
