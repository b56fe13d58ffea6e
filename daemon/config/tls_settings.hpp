// The table `tls` of a listener.
#pragma once

#include "common/settings/mistakes.hpp"
#include "common/settings/toml_file.hpp"
#include "daemon/config/config.hpp"

namespace hark {

// Reads `table`, found at `origin`, into `listener`. Its files are checked only when they are
// opened.
void read_tls(ListenerConfig& listener, const TomlTable& table, const Origin& origin,
              Mistakes& mistakes);

}  // namespace hark
