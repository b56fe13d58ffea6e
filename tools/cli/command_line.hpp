// Parses hark's command line: a command and options.
#pragma once

#include "tools/cli/command.hpp"

#include <memory>
#include <span>

namespace hark {

struct CommandLine {
    std::unique_ptr<Invocation> invocation;  // null: help or version was requested, and printed
    Arguments arguments;
    int exit_status = 0;  // if there is no invocation
};

// `words`: the command line without the program's name. A command's options must follow its name;
// common options may stand anywhere. Throws UsageError. `named` is set as soon as the command is
// known, so that an error message can point to its help.
[[nodiscard]] CommandLine parse_command_line(Commands commands, std::span<const char* const> words,
                                             const Command*& named);

}  // namespace hark
