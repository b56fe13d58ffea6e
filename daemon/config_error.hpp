// A value that cannot be, on the command line or in the configuration file.
#pragma once

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
        throw ConfigError{fmt::format("{}: {}, expected {}", place, what, expected)};
    }
};

}  // namespace hark
