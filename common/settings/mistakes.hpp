// Mistakes in the configuration, each with the place where it was made. Messages are in the user's
// language.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

// Where a value was written: in the configuration file, or after an option.
struct Origin {
    std::string place;       // "harkd.toml", "--listen"
    std::size_t line = 0;    // from 1; 0: not in a file
    std::size_t column = 0;  // from 1; 0: not in a file

    // "harkd.toml:3:9", "--listen"
    [[nodiscard]] std::string text() const;
    friend bool operator==(const Origin&, const Origin&) = default;
};

// The command line, the configuration file or an activated socket is invalid.
class ConfigError : public std::runtime_error {
   public:
    explicit ConfigError(const std::string& mistake) : ConfigError{std::vector{mistake}} {}
    // `mistakes` must not be empty. what() joins them: "a; b; c; and 2 more".
    explicit ConfigError(std::vector<std::string> mistakes);

    // One message per mistake: "harkd.toml:3:9: unknown setting 'x'".
    [[nodiscard]] const std::vector<std::string>& mistakes() const noexcept { return mistakes_; }

   private:
    std::vector<std::string> mistakes_;
};

// Collects mistakes, so that a user sees all of them at once.
class Mistakes {
   public:
    // `what` is UTF-8, without the place.
    void add(const Origin& origin, std::string_view what);

    // Throws ConfigError if there are any: first those from the command line in the order added,
    // then those from the file by line and column.
    void throw_if_any() const;

   private:
    struct Mistake {
        Origin origin;
        std::string what;
    };
    std::vector<Mistake> mistakes_;
};

}  // namespace hark
