// The table of hark's commands. Parsing, help, completions and suggestions all read it;
// commands.cpp alone knows what each command is.
#pragma once

#include "tools/cli/command.hpp"

namespace hark {

[[nodiscard]] Commands commands() noexcept;

}  // namespace hark
