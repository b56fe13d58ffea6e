#include "common/cli/option_parser.hpp"

#include "common/cli/suggestion.hpp"
#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/locale/locale_charset.hpp"

namespace hark {

namespace {

struct Found {
    const OptionGroup& group;
    const OptionSpec& option;
};

[[noreturn]] void refuse_option(const std::string& name, std::span<const OptionGroup> groups) {
    std::vector<std::string> known{"--help", "--version"};
    for (const OptionGroup& group : groups) {
        for (const OptionSpec& option : group.table()) known.emplace_back(option.name);
    }
    throw UsageError{
        with_suggestions(formatted(_("no such option: {}"), argument_text(name)), name, known)};
}

template <typename Predicate>
Found find_option(std::span<const OptionGroup> groups, const std::string& name,
                  Predicate is_meant) {
    for (const OptionGroup& group : groups) {
        for (const OptionSpec& option : group.table()) {
            if (is_meant(option)) return {group, option};
        }
    }
    refuse_option(name, groups);
}

}  // namespace

std::optional<std::string> OptionParser::next_word(std::span<const OptionGroup> groups) {
    while (next_ < words_.size()) {
        const std::string_view word = words_[next_++];
        if (options_are_over_ || word == "-" || !word.starts_with('-')) return std::string{word};
        if (word == "--") {
            options_are_over_ = true;
        } else if (word.starts_with("--")) {
            take_name(word, groups);
        } else {
            take_letters(word.substr(1), groups);
        }
    }
    return std::nullopt;
}

void OptionParser::take_name(std::string_view word, std::span<const OptionGroup> groups) {
    const std::size_t equals = word.find('=');
    const std::string name{word.substr(0, equals)};
    const bool has_value = equals != std::string_view::npos;
    bool* const asked = name == "--help"      ? &wants_help_
                        : name == "--version" ? &wants_version_
                                              : nullptr;
    const auto refuse_value = [&] { throw UsageError{formatted(_("{}: takes no value"), name)}; };
    if (asked != nullptr) {
        if (has_value) refuse_value();
        *asked = true;
        return;
    }
    const auto [group, option] =
        find_option(groups, name, [&name](const OptionSpec& each) { return name == each.name; });
    if (option.value == nullptr) {
        if (has_value) refuse_value();
        group.take(option, "");
    } else {
        group.take(option, has_value ? std::string{word.substr(equals + 1)} : next_value(name));
    }
}

void OptionParser::take_letters(std::string_view letters, std::span<const OptionGroup> groups) {
    while (!letters.empty()) {
        const char letter = letters.front();
        const std::string name{'-', letter};
        letters.remove_prefix(1);
        if (letter == 'h') {
            wants_help_ = true;
            continue;
        }
        const auto [group, option] = find_option(
            groups, name, [letter](const OptionSpec& each) { return letter == each.letter; });
        if (option.value == nullptr) {
            group.take(option, "");
            continue;
        }
        group.take(option, letters.empty() ? next_value(name) : std::string{letters});
        return;
    }
}

std::string OptionParser::next_value(const std::string& name) {
    if (next_ == words_.size()) {
        throw UsageError{formatted(_("{}: a value is missing"), name)};
    }
    return words_[next_++];
}

}  // namespace hark
