// Help, made from the table of commands.
#pragma once

#include "tools/cli/command.hpp"

#include <string>

namespace hark {

// Of `command`, or with null of hark; UTF-8, in the user's language.
[[nodiscard]] std::string help_text(Commands commands, const Command* command);

// Prints it. Returns the exit status.
[[nodiscard]] int print_help(Commands commands, const Command* command);

// The message for a name that no command has, with the commands it may stand for.
[[nodiscard]] std::string unknown_command(Commands commands, const std::string& name);

}  // namespace hark
