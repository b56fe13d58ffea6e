// Shell completion scripts for hark, generated from the table of commands.
#pragma once

#include "tools/cli/command.hpp"

#include <span>
#include <string>
#include <string_view>

namespace hark {

// The names of the shells that completions() knows.
[[nodiscard]] std::span<const char* const> shells() noexcept;

// For "bash", "zsh" or "fish", UTF-8; empty for another shell.
[[nodiscard]] std::string completions(Commands commands, std::string_view shell);

// Prints them. Returns the exit status. Throws UsageError for any other shell.
[[nodiscard]] int print_completions(Commands commands, const std::string& shell);

}  // namespace hark
