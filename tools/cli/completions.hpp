// Scripts by which shells complete hark's command line, made from the table.
#pragma once

#include <string>
#include <string_view>

namespace hark {

// For "bash", "zsh" or "fish", UTF-8; empty for another.
[[nodiscard]] std::string completions(std::string_view shell);

// Prints it. Returns the exit status. Throws UsageError for a shell it does not know.
int print_completions(const std::string& shell);

}  // namespace hark
