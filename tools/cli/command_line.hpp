// hark's command line, read by the table.
#pragma once

#include "tools/commands.hpp"

#include <span>

namespace hark {

// What to do; or, where `command` is null, the status to exit with at once: help or version was
// asked for and has been printed.
struct CommandLine {
    const Command* command = nullptr;
    Arguments arguments;
    int exit_status = 0;
};

// `words`: those behind the program's name. Options of a command stand behind it, common ones
// anywhere, none behind a "--". Throws UsageError. `named` is the command as soon as one is named,
// so that whoever says what is wrong knows whose help to point to.
[[nodiscard]] CommandLine parse_command_line(std::span<const char* const> words,
                                             const Command*& named);

}  // namespace hark
