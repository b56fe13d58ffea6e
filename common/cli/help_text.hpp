// The parts of the help text that both programs share.
#pragma once

#include "common/cli/option_spec.hpp"

#include <span>
#include <string>
#include <vector>

namespace hark {

struct HelpRow {
    std::string left;   // ASCII: as wide as its bytes
    std::string right;  // UTF-8; further lines align with the first
};

// "-n, --lines COUNT", and its description in the user's language. Leaves no space for letters if
// no option has one.
[[nodiscard]] std::vector<HelpRow> option_rows(std::span<const OptionSpec> options);
// --help and --version.
[[nodiscard]] std::vector<HelpRow> standard_rows();

// Appends an empty line, `title`, and `rows` in two columns; nothing if there are no rows.
void append_section(std::string& text, const std::string& title, const std::vector<HelpRow>& rows);

}  // namespace hark
