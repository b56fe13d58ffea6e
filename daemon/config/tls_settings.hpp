// The table `tls` of a listener.
#pragma once

#include "common/settings/mistakes.hpp"
#include "common/settings/toml_file.hpp"
#include "daemon/config/config.hpp"

namespace hark {

// Reads `table`, which stands at `origin`, into `listener`. Whether its files can be used is found
// out when they are opened.
void read_tls(ListenerConfig& listener, const TomlTable& table, const Origin& origin,
              Mistakes& mistakes);

}  // namespace hark
