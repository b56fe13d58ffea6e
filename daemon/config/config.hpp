// What the daemon is told: by its configuration file (TOML), and by the command line, which wins.
#pragma once

#include "common/framing/message_framer.hpp"
#include "common/net/address.hpp"
#include "common/text/charset.hpp"
#include "daemon/config/config_error.hpp"
#include "daemon/config/limits.hpp"
#include "daemon/config/options.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hark {

struct ListenerConfig {
    SocketAddress address;
    // Instead of an address: the name of sockets that the service manager passes; empty: none.
    std::string socket;
    Framing framing = Framing::automatic;
    CharsetMode charset = CharsetMode::automatic;
    // The words after "220 "; nothing: the default ones; empty: no greeting.
    std::optional<std::string> greeting;
    // Where it is said, for what can be found wrong only later.
    Origin origin;
    // The socket it has of those that the service manager has passed: assign_sockets().
    std::optional<std::size_t> inherited;
};

struct LogConfig {
    // "console", "journal" or "file:PATH"
    std::string spec;
    // Of a file, else empty.
    std::string path;
};

struct Config {
    // The file it was read from, as text; empty: none.
    std::string source;
    // As said: none when nothing is said of any.
    std::vector<ListenerConfig> listeners;
    // The modes of those of which nothing is said.
    ListenerConfig defaults;
    std::vector<LogConfig> logs;
    bool sync = false;
    ConnectionLimits limits;
    std::size_t max_connections = 0;  // 0: as many as there are descriptors for
    // Of the control socket; nothing: the usual places; empty: there is none.
    std::optional<std::string> control;
    bool control_for_everyone = false;  // to look, not to steer
};

inline constexpr std::string_view DEFAULT_LISTEN = "[::]:8765";
inline constexpr const char* DEFAULT_CONFIG_FILE = "/etc/harkd/harkd.toml";

// The configuration that `options` lead to: the file they name, or the default one if it exists,
// or none. Throws ConfigError for a bad value, another std::runtime_error when a file cannot be
// read.
[[nodiscard]] Config load_config(const Options& options);

// The words after "220 " where nothing else is configured, with this machine's name.
[[nodiscard]] std::string default_greeting();

}  // namespace hark
