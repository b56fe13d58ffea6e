// The configuration of the daemon: from its TOML file and from the command line, which wins.
#pragma once

#include "common/framing/frame.hpp"
#include "common/net/address.hpp"
#include "common/text/charset.hpp"
#include "daemon/config/limits.hpp"
#include "daemon/config/mistakes.hpp"
#include "daemon/config/options.hpp"
#include "daemon/log/sink_config.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

struct ListenerConfig {
    SocketAddress address;
    // The name of activated sockets, in place of an address; empty: none.
    std::string socket;
    Framing framing = Framing::automatic;
    CharsetMode charset = CharsetMode::automatic;
    // The words after "220 "; nullopt: the default ones; empty: no greeting.
    std::optional<std::string> greeting;
    // Of the address or socket, for mistakes that are found later.
    Origin origin;
    // Index of its activated socket, set by assign_sockets().
    std::optional<std::size_t> activated;
};

struct Config {
    // The file it was read from, for messages; empty: none.
    std::string source;
    // As configured: empty when no listener is.
    std::vector<ListenerConfig> listeners;
    // The settings of listeners that have none of their own.
    ListenerConfig defaults;
    std::vector<SinkConfig> sinks;
    bool sync = false;  // of all sinks, each of which has got it
    ConnectionLimits limits;
    std::size_t max_connections = 0;  // 0: as many as descriptors allow
    // Path of the control socket; nullopt: the default ones; empty: no control socket.
    std::optional<std::string> control;
    bool control_for_everyone = false;  // everyone may read status, clients and records
};

inline constexpr std::string_view DEFAULT_LISTEN = "[::]:8765";
inline constexpr const char* DEFAULT_CONFIG_FILE = "/etc/harkd/harkd.toml";

// Reads the file that `options` name, or the default one if it exists, and applies `options`.
// Throws ConfigError with all mistakes of both, SystemError when the file cannot be read.
[[nodiscard]] Config load_config(const Options& options);

// The words after "220 " when no greeting is configured; they name this machine.
[[nodiscard]] std::string default_greeting();

}  // namespace hark
