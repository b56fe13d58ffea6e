// The daemon's configuration: from its TOML file and from the command line, which takes precedence.
#pragma once

#include "common/net/address.hpp"
#include "common/net/network.hpp"
#include "common/settings/mistakes.hpp"
#include "common/stream/stream_settings.hpp"
#include "common/text/charset.hpp"
#include "common/tls/files.hpp"
#include "daemon/config/limits.hpp"
#include "daemon/config/listener_profile.hpp"
#include "daemon/config/options.hpp"
#include "daemon/log/sink_config.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hark::tls {
class ServerContext;
}

namespace hark {

struct CharsetConfig {
    // In lower case, as CharsetDecoder::open() takes it: "auto", "utf-8", "big5".
    std::string name = "auto";
    Origin origin{};
};

// A setting that needs one framing, in a table that has another.
struct FramingSetting {
    std::string_view name;
    Framing needs;
    Origin origin;
};

struct TlsConfig {
    tls::ServerFiles files;
    std::vector<std::string> allow;  // patterns of names (tls::matches())
    Origin origin{};
};

struct ListenerConfig {
    SocketAddress address;
    // Name of activated sockets, instead of an address; empty: none.
    std::string socket;
    CharsetConfig charset;
    Origin framing_origin{};
    Origin end_origin{};
    std::vector<FramingSetting> unused{};  // no effect, unless the command line sets their framing
    // How its peers are served; the server sets the charset and the address in it.
    ListenerProfile profile;
    // Lets in peers that are not in `deny` and, if there is an `allow`, are in it.
    std::optional<NetworkSet> allow;
    NetworkSet deny;
    // Other processes of the same user may listen on its address too.
    bool reuse_port = false;
    // Only these proxies are let in, and each must send a PROXY header; empty: no proxies.
    NetworkSet proxies;
    std::optional<TlsConfig> tls;
    // Made from these files; the server sets it.
    std::shared_ptr<const tls::ServerContext> tls_context;
    // The words after "220 "; nullopt: the default ones; empty: no greeting.
    std::optional<std::string> greeting;
    // The origin of the address or socket, for mistakes found later.
    Origin origin;
    // Index of its activated socket, set by assign_sockets().
    std::optional<std::size_t> activated;
};

struct Config {
    // The name of the file it was read from, for messages; empty: none.
    std::string source;
    // As configured: empty if there are none.
    std::vector<ListenerConfig> listeners;
    // The defaults for settings that a listener leaves out.
    ListenerConfig defaults;
    std::vector<SinkConfig> sinks;
    std::optional<StreamSettings> nats{};
    Origin stream_origin{};  // of the last nats:STREAM in `log`
    bool sync = false;       // of all sinks; copied to each of them
    ConnectionLimits limits;
    PeerLimits peer_limits;
    // Path of the control socket; nullopt: the default paths; empty: no control socket.
    std::optional<std::string> control;
    bool control_for_everyone = false;  // everyone may read status, clients and records
    // The user to become after opening the listeners; empty: no change.
    std::string user;
    Origin user_origin;
    bool sandbox = true;
    bool core_dumps = false;
};

inline constexpr std::string_view DEFAULT_LISTEN = "[::]:8765";
inline constexpr const char* DEFAULT_CONFIG_FILE = "/etc/harkd/harkd.toml";

// A configuration file.
struct ConfigText {
    std::string name;  // for messages
    std::string text;
};

// The file named in `options`, or the default one; nullopt if there is no default file. Throws
// SystemError if the file cannot be read.
[[nodiscard]] std::optional<ConfigText> read_config_text(const Options& options);
// Reads that file, and applies `options`. Throws ConfigError with all mistakes of both, and what
// read_config_text() throws.
[[nodiscard]] Config load_config(const Options& options);
[[nodiscard]] Config load_config(const Options& options, const std::optional<ConfigText>& file);

// The text after "220 " if no greeting is configured; it names this machine.
[[nodiscard]] std::string default_greeting();

}  // namespace hark
