// hark's command line: a command among options.
#pragma once

#include "tools/cli/command.hpp"

#include <memory>
#include <span>

namespace hark {

struct CommandLine {
    std::unique_ptr<Invocation> invocation;  // null: help or version was asked for, and printed
    Arguments arguments;
    int exit_status = 0;  // where there is no invocation
};

// `words`: the command line without the program's name. A command's options follow its name, common
// ones stand anywhere. Throws UsageError. `named` is set as soon as a command is named, so that a
// message about a mistake can point to its help.
[[nodiscard]] CommandLine parse_command_line(Commands commands, std::span<const char* const> words,
                                             const Command*& named);

}  // namespace hark
