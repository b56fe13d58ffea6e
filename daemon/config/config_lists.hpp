// Appending to the lists of a Config, which hold nothing twice.
#pragma once

#include "daemon/config/config.hpp"
#include "daemon/config/mistakes.hpp"

#include <string_view>

namespace hark {

// A listener with an address or a socket that `config` has already is a mistake at `origin`. Port 0
// may be given more than once.
void add_listener(Config& config, const ListenerConfig& listener, const Origin& origin,
                  Mistakes& mistakes);

// Parses `text` as ADDR:PORT and adds a listener with the defaults of `config`.
void add_address(Config& config, std::string_view text, const Origin& origin, Mistakes& mistakes);

// Parses `text` as a sink and adds it; one that `config` has already is a mistake.
void add_sink(Config& config, std::string_view text, const Origin& origin, Mistakes& mistakes);

}  // namespace hark
