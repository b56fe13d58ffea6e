#include "tools/cli/help.hpp"

#include "common/locale/i18n.hpp"
#include "common/text/nearest.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace hark {

namespace {

struct Row {
    std::string left;  // ASCII, so that its bytes are its width
    std::string right;
};

void append_section(std::string& text, const std::string& title, const std::vector<Row>& rows) {
    if (rows.empty()) return;
    std::size_t width = 0;
    for (const Row& row : rows) width = std::max(width, row.left.size());
    text += "\n" + title + "\n";
    for (const Row& row : rows) text += fmt::format("  {:<{}}  {}\n", row.left, width, row.right);
}

// "-n, --lines COUNT"; where none of them has a letter, there is no room for one.
std::vector<Row> option_rows(std::span<const OptionSpec> options) {
    const bool letters = std::any_of(options.begin(), options.end(), [](const OptionSpec& option) {
        return option.letter != '\0';
    });
    std::vector<Row> rows;
    for (const OptionSpec& option : options) {
        std::string left = letters ? "    " : "";
        if (option.letter != '\0') left = fmt::format("-{}, ", option.letter);
        left += option.name;
        if (option.value != nullptr) left += fmt::format(" {}", option.value);
        rows.push_back({left, _(option.help)});
    }
    return rows;
}

std::vector<Row> common_rows() {
    std::vector<Row> rows = option_rows(common_options());
    rows.push_back({"--help", _("Show this help")});
    rows.push_back({"--version", _("Show the version")});
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

std::string general_help() {
    std::string text = fmt::format(
        "{} hark [OPTION...] [COMMAND] [ARGUMENT...]\n\n{}\n", _("Usage:"),
        _("The client of harkd: a person talks with the daemon, a script sends to it."));
    std::vector<Row> rows;
    for (const Command& command : commands()) rows.push_back({command.name, _(command.summary)});
    append_section(text, _("Commands:"), rows);
    append_section(text, _("Options:"), common_rows());
    text += fmt::format("\n{}\n", _("More on a command: hark help COMMAND"));
    return text;
}

std::string with_suggestions(std::string text, const std::string& name,
                             const std::vector<std::string>& known) {
    const std::vector<std::string> near = nearest(name, known);
    if (near.empty()) return text;
    return fmt::format(fmt::runtime(_("{}; did you mean {}?")), text, joined(near, _(" or ")));
}

}  // namespace

std::string help_text(const Command* command) {
    if (command == nullptr) return general_help();
    std::string text = fmt::format("{} hark {} [OPTION...]", _("Usage:"), command->name);
    if (command->arguments != nullptr) text += fmt::format(" {}", command->arguments);
    text += fmt::format("\n\n{}\n\n{}\n", _(command->summary), _(command->details));
    append_section(text, _("Options of this command:"), option_rows(command->options));
    append_section(text, _("Options:"), common_rows());
    append_example(text, command->example);
    return text;
}

int print_help(const Command* command) {
    return print_all(help_text(command));
}

std::string unknown_command(const std::string& name) {
    std::vector<std::string> known;
    for (const Command& command : commands()) known.emplace_back(command.name);
    return with_suggestions(fmt::format(fmt::runtime(_("no such command: {}")), name), name, known);
}

std::string unknown_option(const std::string& name, const Command* command) {
    std::vector<std::string> known{"--help", "--version"};
    const auto add = [&known](std::span<const OptionSpec> options) {
        for (const OptionSpec& option : options) known.emplace_back(option.name);
    };
    add(common_options());
    add(command == nullptr ? default_command().options : command->options);
    return with_suggestions(fmt::format(fmt::runtime(_("no such option: {}")), name), name, known);
}

}  // namespace hark
