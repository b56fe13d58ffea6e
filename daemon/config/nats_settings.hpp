// The table [nats]: how to reach the stream of a log nats:STREAM.
#pragma once

#include "daemon/config/config.hpp"
#include "daemon/config/mistakes.hpp"
#include "daemon/config/toml_file.hpp"

#include <string>
#include <vector>

namespace hark {

// Reads `table`, which stands at `origin`, into `config`. Whether its files can be used is found
// out when they are opened.
void read_nats(Config& config, const TomlTable& table, const Origin& origin, Mistakes& mistakes);

// The names of its settings.
[[nodiscard]] std::vector<std::string> nats_setting_names();

// Gives what the table says to the sinks that are streams, of which there is one at most.
void apply_nats(Config& config, Mistakes& mistakes);

}  // namespace hark
