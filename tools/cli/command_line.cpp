#include "tools/cli/command_line.hpp"

#include "common/cli/option_parser.hpp"
#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/locale/locale_charset.hpp"
#include "tools/cli/help.hpp"
#include "tools/cli/report.hpp"

#include <array>
#include <optional>
#include <string>
#include <utility>

namespace hark {

CommandLine parse_command_line(Commands commands, std::span<const char* const> words,
                               const Command*& named) {
    CommandLine line{commands.front().action.invoke(), {}};
    named = nullptr;
    OptionParser parser{words};
    const auto next_word = [&] {
        const std::array groups{OptionGroup::of<COMMON_OPTIONS>(line.arguments),
                                OptionGroup::of<TLS_OPTIONS>(line.arguments.tls),
                                line.invocation->options()};
        return parser.next_word(groups);
    };
    while (const std::optional<std::string> word = next_word()) {
        if (named == nullptr) {
            named = find_command(commands, *word);
            if (named == nullptr) throw UsageError{unknown_command(commands, *word)};
            line.invocation = named->action.invoke();
        } else if (line.arguments.words.size() == named->most_words) {
            throw UsageError{formatted(_("unexpected argument: {}"), argument_text(*word))};
        } else {
            line.arguments.words.push_back(*word);
        }
    }
    if (parser.wants_help()) return {nullptr, {}, print_help(commands, named)};
    if (parser.wants_version()) return {nullptr, {}, print_all("hark " HARK_VERSION "\n")};
    const Command& command = named == nullptr ? commands.front() : *named;
    check_tls_options(line.arguments.tls, command.has_tls, command.name);
    return line;
}

}  // namespace hark
