// Read by hand, and not by CLI11 as harkd's is: a message may be any text, and CLI11 takes "[a,b]"
// apart, loses "" and "++", and lets no subcommand's words begin with "--" after a "--".
#include "tools/cli/command_line.hpp"

#include "common/locale/i18n.hpp"
#include "tools/cli/help.hpp"
#include "tools/cli/report.hpp"

#include <string_view>

#include <fmt/format.h>

namespace hark {

namespace {

class Parser {
   public:
    Parser(std::span<const char* const> words, const Command*& named)
        : words_{words}, command_{named} {}

    CommandLine parse();

   private:
    void take_option(std::string_view word);
    void take_letters(std::string_view letters);
    void take_word(const std::string& word);
    // The word behind the option `name`.
    [[nodiscard]] std::string next_value(const std::string& name);
    template <typename Predicate>
    [[nodiscard]] const OptionSpec* find_option(Predicate is_meant) const noexcept;

    std::span<const char* const> words_;
    std::size_t next_ = 0;
    const Command*& command_;  // null: none is named yet
    bool help_ = false;
    bool version_ = false;
    Arguments arguments_;
};

template <typename Predicate>
const OptionSpec* Parser::find_option(Predicate is_meant) const noexcept {
    for (const OptionSpec& option : common_options()) {
        if (is_meant(option)) return &option;
    }
    for (const OptionSpec& option : (command_ == nullptr ? default_command() : *command_).options) {
        if (is_meant(option)) return &option;
    }
    return nullptr;
}

CommandLine Parser::parse() {
    bool options_are_over = false;
    while (next_ < words_.size()) {
        const std::string word = words_[next_++];
        if (options_are_over || word == "-" || !word.starts_with('-')) {
            take_word(word);
        } else if (word == "--") {
            options_are_over = true;
        } else if (word.starts_with("--")) {
            take_option(word);
        } else {
            take_letters(std::string_view{word}.substr(1));
        }
    }
    if (help_) return {nullptr, {}, print_help(command_)};
    if (version_) return {nullptr, {}, print_all("hark " HARK_VERSION "\n")};
    return {command_ == nullptr ? &default_command() : command_, std::move(arguments_), 0};
}

void Parser::take_word(const std::string& word) {
    if (command_ == nullptr) {
        command_ = find_command(word);
        if (command_ == nullptr) throw UsageError{unknown_command(word)};
        return;
    }
    if (arguments_.words.size() == command_->most_words) {
        throw UsageError{
            fmt::format(fmt::runtime(_("{}: not expected after {}")), word, command_->name)};
    }
    arguments_.words.push_back(word);
}

// "--name", "--name=value", "--name value"; the last of several counts.
void Parser::take_option(std::string_view word) {
    const std::size_t equals = word.find('=');
    const std::string name{word.substr(0, equals)};
    const bool has_value = equals != std::string_view::npos;
    if (name == "--help" || name == "--version") {
        (name == "--version" ? version_ : help_) = true;
        return;
    }
    const OptionSpec* const option =
        find_option([&name](const OptionSpec& each) { return name == each.name; });
    if (option == nullptr) throw UsageError{unknown_option(name, command_)};
    if (has_value && option->value == nullptr) {
        throw UsageError{fmt::format(fmt::runtime(_("{}: takes no value")), name)};
    }
    if (has_value) {
        option->take(arguments_, std::string{word.substr(equals + 1)});
    } else {
        option->take(arguments_, option->value == nullptr ? "" : next_value(name));
    }
}

// "-f", "-n5", "-n 5", "-fn5"
void Parser::take_letters(std::string_view letters) {
    while (!letters.empty()) {
        const char letter = letters.front();
        const std::string name{'-', letter};
        letters.remove_prefix(1);
        if (letter == 'h') {
            help_ = true;
            continue;
        }
        const OptionSpec* const option =
            find_option([letter](const OptionSpec& each) { return letter == each.letter; });
        if (option == nullptr) throw UsageError{unknown_option(name, command_)};
        if (option->value == nullptr) {
            option->take(arguments_, "");
            continue;
        }
        option->take(arguments_, letters.empty() ? next_value(name) : std::string{letters});
        return;
    }
}

std::string Parser::next_value(const std::string& name) {
    if (next_ == words_.size()) {
        throw UsageError{fmt::format(fmt::runtime(_("{}: a value is missing")), name)};
    }
    return words_[next_++];
}

}  // namespace

CommandLine parse_command_line(std::span<const char* const> words, const Command*& named) {
    return Parser{words, named}.parse();
}

}  // namespace hark
