// The table of commands, and what is made of it.
#include "tools/cli/completions.hpp"
#include "tools/cli/help.hpp"
#include "tools/commands.hpp"

#include <algorithm>
#include <cstring>
#include <set>
#include <string>

#include <doctest/doctest.h>

using namespace hark;

TEST_CASE("the table is sound") {
    std::set<std::string> names;
    for (const Command& command : commands()) {
        CAPTURE(std::string{command.name});
        CHECK(names.insert(command.name).second);
        CHECK(find_command(commands(), command.name) == &command);
        CHECK(command.action.invoke());
        CHECK((command.arguments == nullptr) == (command.most_words == 0));
        CHECK(std::strchr(command.summary, '\n') == nullptr);
        CHECK(std::string_view{command.example}.find("hark") != std::string_view::npos);
        std::set<std::string> options;
        for (const OptionSpec& option : command.action.options) options.insert(option.name);
        for (const OptionSpec& option : COMMON_OPTIONS) options.insert(option.name);
        for (const OptionSpec& option : TLS_OPTIONS) options.insert(option.name);
        CHECK(options.size() ==
              command.action.options.size() + COMMON_OPTIONS.size() + TLS_OPTIONS.size());
        for (const std::string& option : options) CHECK(option.starts_with("--"));
        std::set<char> letters{'h'};  // of --help
        for (const OptionSpec& option : command.action.options) {
            if (option.letter != '\0') CHECK(letters.insert(option.letter).second);
        }
    }
    CHECK(find_command(commands(), "nothing") == nullptr);
    CHECK(find_command(commands(), "") == nullptr);
    CHECK(commands().front().name == std::string{"talk"});
}

TEST_CASE("help says all that is in the table, on lines that fit a terminal") {
    const std::string general = help_text(commands(), nullptr);
    for (const Command& command : commands()) {
        CAPTURE(std::string{command.name});
        CHECK(general.find(command.summary) != std::string::npos);
        const std::string help = help_text(commands(), &command);
        CHECK(help.find(command.details) != std::string::npos);
        for (const OptionSpec& option : command.action.options) {
            CAPTURE(option.name);
            CHECK(help.find(option.name) != std::string::npos);
            CHECK(help.find(option.help) != std::string::npos);
            if (option.letter != '\0') {
                CHECK(help.find(std::string{" -"} + option.letter + ", " + option.name) !=
                      std::string::npos);
            }
        }
        for (std::string_view rest = help; !rest.empty();) {
            const std::string_view line = rest.substr(0, rest.find('\n'));
            CAPTURE(line);
            CHECK(line.size() <= 110);
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        }
    }
}

TEST_CASE("arguments with a choice of words have them") {
    const auto offers = [](const char* command, std::string_view word) {
        const auto words = find_command(commands(), command)->choices();
        return std::find(words.begin(), words.end(), word) != words.end();
    };
    for (const Command& command : commands()) CHECK(offers("help", command.name));
    CHECK(offers("level", "warning"));
    CHECK(offers("completions", "fish"));
}

TEST_CASE("completions offer all that is in the table") {
    CHECK(completions(commands(), "csh").empty());
    for (const char* shell : shells()) {
        CAPTURE(shell);
        const std::string script = completions(commands(), shell);
        const bool long_names = std::string_view{shell} != "fish";  // "-l json" there
        for (const Command& command : commands()) {
            CHECK(script.find(command.name) != std::string::npos);
            for (const OptionSpec& option : command.action.options) {
                CAPTURE(option.name);
                CHECK(script.find(long_names ? option.name
                                             : std::string{"-l "} + (option.name + 2)) !=
                      std::string::npos);
            }
        }
    }
}
