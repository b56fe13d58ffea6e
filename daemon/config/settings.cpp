#include "daemon/config/settings.hpp"

#include "common/locale/i18n.hpp"
#include "common/text/nearest.hpp"
#include "daemon/config/config_lists.hpp"
#include "daemon/config/parsing.hpp"
#include "daemon/config/table_reader.hpp"

#include <algorithm>

namespace hark {

namespace {

constexpr double MAX_SECONDS = 30 * 86'400;

void add_listener_table(Config& config, const TomlTable& table, const Origin& origin,
                        Mistakes& mistakes);

std::vector<Setting<ListenerConfig>> listener_settings() {
    return {
        {"address", text(parse_address, at(&ListenerConfig::address))},
        {"socket", text(parse_socket, at(&ListenerConfig::socket))},
        {"framing", text(parse_framing, at(&ListenerConfig::framing))},
        {"charset", text(parse_charset, at(&ListenerConfig::charset))},
        {"greeting", text(parse_greeting, at(&ListenerConfig::greeting))},
    };
}

// The defaults of listeners come before the listeners.
std::vector<Setting<Config>> top_settings() {
    return {
        {"framing", text(parse_framing, at(&Config::defaults, &ListenerConfig::framing))},
        {"charset", text(parse_charset, at(&Config::defaults, &ListenerConfig::charset))},
        {"greeting", text(parse_greeting, at(&Config::defaults, &ListenerConfig::greeting))},
        {"listen", texts(add_address)},
        {"listener", tables(add_listener_table)},
        {"log", texts(add_sink)},
        {"sync", flag(at(&Config::sync))},
        {"quiet_ms",
         duration(MILLISECONDS, 1, 60'000, at(&Config::limits, &ConnectionLimits::quiet))},
        {"partial_timeout",
         duration(SECONDS, 0.001, MAX_SECONDS, at(&Config::limits, &ConnectionLimits::partial))},
        {"idle_timeout",
         duration(SECONDS, 0, MAX_SECONDS, at(&Config::limits, &ConnectionLimits::idle))},
        {"max_connections", count(at(&Config::max_connections))},
        {"detect_probes", flag(at(&Config::limits, &ConnectionLimits::detect_probes))},
        {"control", text(at(&Config::control))},
        {"control_readers", text(parse_readers, at(&Config::control_for_everyone))},
    };
}

// "unknown setting 'quiet', did you mean 'quiet_ms'?"
std::string unknown_setting(const std::string& key, const std::vector<std::string>& known) {
    const std::vector<std::string> near = nearest(key, known);
    if (near.empty()) {
        return formatted(_("unknown setting '{}': expected one of: {}"), key, joined(known, ", "));
    }
    return formatted(_("unknown setting '{}', did you mean '{}'?"), key, joined(near, _("' or '")));
}

bool is_among(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

void add_listener_table(Config& config, const TomlTable& table, const Origin& origin,
                        Mistakes& mistakes) {
    const auto settings = listener_settings();
    ListenerConfig listener = config.defaults;
    read_table(table, settings, listener, mistakes);
    const std::vector<std::string> known = names(settings);
    const std::vector<std::string> above = names(top_settings());
    for (const TomlEntry& entry : table) {
        if (is_among(known, entry.key)) continue;
        // In TOML everything below a [[listener]] belongs to it.
        mistakes.add(entry.key_origin, is_among(above, entry.key)
                                           ? formatted(_("'{}' is not a setting of a [[listener]]: "
                                                         "move it above the first [[listener]]"),
                                                       entry.key)
                                           : unknown_setting(entry.key, known));
    }
    const TomlValue* const address = find(table, "address");
    const TomlValue* const socket = find(table, "socket");
    if (address == nullptr && socket == nullptr) {
        mistakes.add(origin, _("this [[listener]] has no address: expected address = \"ADDR:PORT\" "
                               "or socket = \"NAME\""));
        return;
    }
    listener.origin = (socket != nullptr ? socket : address)->origin;
    if (address != nullptr && socket != nullptr) {
        mistakes.add(listener.origin,
                     _("this [[listener]] has both address and socket: expected one of them"));
    }
    add_listener(config, listener, origin, mistakes);
}

}  // namespace

void read_settings(const TomlTable& file, Config& config, Mistakes& mistakes) {
    const auto settings = top_settings();
    read_table(file, settings, config, mistakes);
    const std::vector<std::string> known = names(settings);
    for (const TomlEntry& entry : file) {
        if (is_among(known, entry.key)) continue;
        mistakes.add(entry.key_origin, unknown_setting(entry.key, known));
    }
}

}  // namespace hark
