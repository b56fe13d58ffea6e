// Help, made from the table.
#pragma once

#include "tools/commands.hpp"

#include <string>

namespace hark {

// Of a command, or with null of hark; UTF-8, in the user's language.
[[nodiscard]] std::string help_text(const Command* command);

// Prints it. Returns the exit status.
int print_help(const Command* command);

// What to say where a command is named that there is not, with those it could have been.
[[nodiscard]] std::string unknown_command(const std::string& name);
// The same of an option, of `command` or with null of hark.
[[nodiscard]] std::string unknown_option(const std::string& name, const Command* command);

}  // namespace hark
