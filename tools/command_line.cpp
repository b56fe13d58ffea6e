// Read by hand, and not by CLI11 as harkd's is: a message may be any text, and CLI11 takes "[a,b]"
// apart, loses "" and "++", and lets no subcommand's words begin with "--" after a "--".
#include "tools/command_line.hpp"

#include "common/locale/i18n.hpp"
#include "tools/help.hpp"
#include "tools/report.hpp"

#include <string_view>

#include <fmt/format.h>

namespace hark {

namespace {

class Parser {
   public:
    explicit Parser(std::span<const char* const> words) : words_{words} {}

    CommandLine parse();

   private:
    void take_option(std::string_view word);
    void take_word(const std::string& word);
    [[nodiscard]] const OptionSpec* find_option(std::string_view name) const noexcept;

    std::span<const char* const> words_;
    std::size_t next_ = 0;
    const Command* command_ = nullptr;
    bool help_ = false;
    bool version_ = false;
    Arguments arguments_;
};

CommandLine Parser::parse() {
    bool options_are_over = false;
    while (next_ < words_.size()) {
        const std::string word = words_[next_++];
        if (options_are_over || word == "-" || !word.starts_with('-')) {
            take_word(word);
        } else if (word == "--") {
            options_are_over = true;
        } else {
            take_option(word);
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
    if (name == "-h" || name == "--help" || name == "--version") {
        (name == "--version" ? version_ : help_) = true;
        return;
    }
    const OptionSpec* const option = find_option(name);
    if (option == nullptr) throw UsageError{unknown_option(name, command_)};
    std::string value;
    if (has_value) {
        if (option->value == nullptr) {
            throw UsageError{fmt::format(fmt::runtime(_("{}: takes no value")), name)};
        }
        value = word.substr(equals + 1);
    } else if (option->value != nullptr) {
        if (next_ == words_.size()) {
            throw UsageError{fmt::format(fmt::runtime(_("{}: a value is missing")), name)};
        }
        value = words_[next_++];
    }
    option->take(arguments_, value);
}

const OptionSpec* Parser::find_option(std::string_view name) const noexcept {
    for (const OptionSpec& option : common_options()) {
        if (name == option.name) return &option;
    }
    for (const OptionSpec& option : (command_ == nullptr ? default_command() : *command_).options) {
        if (name == option.name) return &option;
    }
    return nullptr;
}

}  // namespace

CommandLine parse_command_line(std::span<const char* const> words) {
    return Parser{words}.parse();
}

}  // namespace hark
