// Appends to the lists of a Config, which contain no duplicates.
#pragma once

#include "common/settings/mistakes.hpp"
#include "daemon/config/config.hpp"

#include <string_view>

namespace hark {

// Adds a listener. If `config` already has its address or socket, that is a mistake at `origin`;
// but port 0 may be given more than once.
void add_listener(Config& config, const ListenerConfig& listener, const Origin& origin,
                  Mistakes& mistakes);

// Parses `text` as ADDR:PORT and adds a listener with the defaults from `config`.
void add_address(Config& config, std::string_view text, const Origin& origin, Mistakes& mistakes);

// Parses `text` as a sink and adds it; a sink that `config` already has is a mistake.
void add_sink(Config& config, std::string_view text, const Origin& origin, Mistakes& mistakes);

}  // namespace hark
