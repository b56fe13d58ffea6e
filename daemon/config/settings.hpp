// All settings of the configuration file.
#pragma once

#include "daemon/config/config.hpp"
#include "daemon/config/mistakes.hpp"
#include "daemon/config/toml_file.hpp"

namespace hark {

// Puts what `file` says into `config`; what it does not say stays as it is. Every wrong value and
// every unknown name is added to `mistakes`.
void read_settings(const TomlTable& file, Config& config, Mistakes& mistakes);

}  // namespace hark
