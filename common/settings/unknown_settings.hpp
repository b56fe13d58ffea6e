// Settings that a table of the configuration file cannot have: misspelt, or in the wrong table.
#pragma once

#include "common/settings/mistakes.hpp"
#include "common/settings/toml_file.hpp"

#include <string>
#include <vector>

namespace hark {

// Settings of another table, and the format of the message for one that is in the wrong table.
struct Elsewhere {
    std::vector<std::string> names;
    const char* misplaced;
};

// Adds a mistake for each setting of `table` that is not `known`.
void reject_unknown(const TomlTable& table, const std::vector<std::string>& known,
                    const std::vector<Elsewhere>& elsewhere, Mistakes& mistakes);

}  // namespace hark
