// All settings of the configuration file.
#pragma once

#include "common/settings/mistakes.hpp"
#include "common/settings/toml_file.hpp"
#include "daemon/config/config.hpp"

namespace hark {

// Stores the settings from `file` in `config`; all others stay unchanged. Every invalid value and
// unknown name is added to `mistakes`.
void read_settings(const TomlTable& file, Config& config, Mistakes& mistakes);

}  // namespace hark
