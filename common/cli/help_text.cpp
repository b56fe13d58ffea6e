#include "common/cli/help_text.hpp"

#include "common/locale/i18n.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace hark {

std::vector<HelpRow> option_rows(std::span<const OptionSpec> options) {
    const bool letters = std::any_of(options.begin(), options.end(), [](const OptionSpec& option) {
        return option.letter != '\0';
    });
    std::vector<HelpRow> rows;
    for (const OptionSpec& option : options) {
        std::string left = letters ? "    " : "";
        if (option.letter != '\0') left = fmt::format("-{}, ", option.letter);
        left += option.name;
        if (option.value != nullptr) left += fmt::format(" {}", option.value);
        rows.push_back({left, _(option.help)});
    }
    return rows;
}

std::vector<HelpRow> standard_rows() {
    return {{"--help", _("Show this help")}, {"--version", _("Show the version")}};
}

void append_section(std::string& text, const std::string& title, const std::vector<HelpRow>& rows) {
    if (rows.empty()) return;
    std::size_t width = 0;
    for (const HelpRow& row : rows) width = std::max(width, row.left.size());
    text += "\n" + title + "\n";
    for (const HelpRow& row : rows) {
        text += fmt::format("  {:<{}}  ", row.left, width);
        for (const char byte : row.right) {
            text += byte;
            if (byte == '\n') text.append(width + 4, ' ');
        }
        text += '\n';
    }
}

}  // namespace hark
