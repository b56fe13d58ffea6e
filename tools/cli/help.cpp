#include "tools/cli/help.hpp"

#include "common/cli/help_text.hpp"
#include "common/cli/suggestion.hpp"
#include "common/locale/i18n.hpp"
#include "common/locale/locale_charset.hpp"
#include "tools/cli/report.hpp"

#include <string_view>
#include <vector>

#include <fmt/core.h>

namespace hark {

namespace {

std::vector<HelpRow> common_rows() {
    std::vector<HelpRow> rows = option_rows(COMMON_OPTIONS);
    for (HelpRow& row : standard_rows()) rows.push_back(std::move(row));
    return rows;
}

void append_example(std::string& text, std::string_view lines) {
    text += fmt::format("\n{}\n", _("Example:"));
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');
        text += fmt::format("    {}\n", lines.substr(0, end));
        lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    }
}

std::string general_help(Commands commands) {
    std::string text = fmt::format(
        "{} hark [OPTION...] [COMMAND] [ARGUMENT...]\n\n{}\n", _("Usage:"),
        _("The client of harkd: for people who talk to the daemon, and scripts that send to it."));
    std::vector<HelpRow> rows;
    for (const Command& command : commands) rows.push_back({command.name, _(command.summary)});
    append_section(text, _("Commands:"), rows);
    append_section(text, _("TLS:"), option_rows(TLS_OPTIONS));
    append_section(text, _("Options:"), common_rows());
    text += fmt::format("\n{}\n", _("More on a command: hark help COMMAND"));
    return text;
}

}  // namespace

std::string help_text(Commands commands, const Command* command) {
    if (command == nullptr) return general_help(commands);
    std::string text = fmt::format("{} hark {} [OPTION...]", _("Usage:"), command->name);
    if (command->arguments != nullptr) text += fmt::format(" {}", command->arguments);
    text += fmt::format("\n\n{}\n\n{}\n", _(command->summary), _(command->details));
    append_section(text, _("Options of this command:"), option_rows(command->action.options));
    if (command->has_tls) append_section(text, _("TLS:"), option_rows(TLS_OPTIONS));
    append_section(text, _("Options:"), common_rows());
    append_example(text, command->example);
    return text;
}

int print_help(Commands commands, const Command* command) {
    return print_all(help_text(commands, command));
}

std::string unknown_command(Commands commands, const std::string& name) {
    std::vector<std::string> known;
    for (const Command& command : commands) known.emplace_back(command.name);
    return with_suggestions(formatted(_("no such command: {}"), argument_text(name)), name, known);
}

}  // namespace hark
