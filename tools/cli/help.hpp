// Help texts, generated from the table of commands.
#pragma once

#include "tools/cli/command.hpp"

#include <string>

namespace hark {

// The help of `command`, or of hark if null; UTF-8, in the user's language.
[[nodiscard]] std::string help_text(Commands commands, const Command* command);

// Prints it. Returns the exit status.
[[nodiscard]] int print_help(Commands commands, const Command* command);

// The message for an unknown command, with similar names as suggestions.
[[nodiscard]] std::string unknown_command(Commands commands, const std::string& name);

}  // namespace hark
