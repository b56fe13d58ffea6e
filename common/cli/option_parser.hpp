// Reads a command line word by word: "--name value", "--name=value", "-n value", "-nvalue", "-fn5",
// and "--", after which nothing is an option. Every other word is passed on unchanged: a message
// may be any text. An option that is repeated is taken each time.
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

    // Takes options until it meets a word that is none, and returns that word; nothing at the end
    // of the line. `groups`: the options that are valid here; the first that matches is taken.
    // --help, -h and --version always are. Throws UsageError.
    [[nodiscard]] std::optional<std::string> next_word(std::span<const OptionGroup> groups);

    [[nodiscard]] bool wants_help() const noexcept { return wants_help_; }
    [[nodiscard]] bool wants_version() const noexcept { return wants_version_; }

   private:
    void take_name(std::string_view word, std::span<const OptionGroup> groups);
    void take_letters(std::string_view letters, std::span<const OptionGroup> groups);
    // The word after the option `name`.
    [[nodiscard]] std::string next_value(const std::string& name);

    std::span<const char* const> words_;
    std::size_t next_ = 0;
    bool options_are_over_ = false;
    bool wants_help_ = false;
    bool wants_version_ = false;
};

}  // namespace hark
