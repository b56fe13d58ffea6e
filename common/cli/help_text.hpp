// The parts of a help text that both programs have.
#pragma once

#include "common/cli/option_spec.hpp"

#include <span>
#include <string>
#include <vector>

namespace hark {

struct HelpRow {
    std::string left;   // ASCII, so that its bytes are its width
    std::string right;  // UTF-8; a line after the first begins below the first
};

// "-n, --lines COUNT", and what it does, in the user's language; without room for letters where no
// option has one.
[[nodiscard]] std::vector<HelpRow> option_rows(std::span<const OptionSpec> options);
// --help and --version.
[[nodiscard]] std::vector<HelpRow> standard_rows();

// An empty line, `title`, and `rows` in two columns; nothing where there are no rows.
void append_section(std::string& text, const std::string& title, const std::vector<HelpRow>& rows);

}  // namespace hark
