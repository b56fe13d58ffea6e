// Parses a command line: "--name value", "--name=value", "-n value", "-nvalue", "-fn5", and "--",
// after which nothing is an option. All other words are returned unchanged: a message may be any
// text. A repeated option is applied each time.
#pragma once

#include "common/cli/option_spec.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hark {

class OptionParser {
   public:
    // `words`: the command line without the program's name. They must outlive it.
    explicit OptionParser(std::span<const char* const> words) noexcept : words_{words} {}

    // Consumes options up to the next word that is not one, and returns that word; nothing at the
    // end. `groups`: the options valid here; the first match wins. --help, -h and --version are
    // always valid. Throws UsageError.
    [[nodiscard]] std::optional<std::string> next_word(std::span<const OptionGroup> groups);

    [[nodiscard]] bool wants_help() const noexcept { return wants_help_; }
    [[nodiscard]] bool wants_version() const noexcept { return wants_version_; }

   private:
    void take_name(std::string_view word, std::span<const OptionGroup> groups);
    void take_letters(std::string_view letters, std::span<const OptionGroup> groups);
    // Consumes and returns the value of the option `name`.
    [[nodiscard]] std::string next_value(const std::string& name);

    std::span<const char* const> words_;
    std::size_t next_ = 0;
    bool options_are_over_ = false;
    bool wants_help_ = false;
    bool wants_version_ = false;
};

}  // namespace hark
