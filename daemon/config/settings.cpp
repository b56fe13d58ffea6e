#include "daemon/config/settings.hpp"

#include "common/locale/i18n.hpp"
#include "common/settings/table_reader.hpp"
#include "common/settings/unknown_settings.hpp"
#include "daemon/config/config_lists.hpp"
#include "daemon/config/parsing.hpp"
#include "daemon/config/tls_settings.hpp"

#include <cstdint>
#include <limits>

namespace hark {

namespace {

constexpr double MAX_SECONDS = 30 * 86'400;
// Larger values make no difference to a kernel's timers.
constexpr double MAX_PEER_SECONDS = 86'400;

void add_listener_table(Config& config, const TomlTable& table, const Origin& origin,
                        Mistakes& mistakes);

ListenerConfig& listener_of(ListenerConfig& listener) {
    return listener;
}
ListenerConfig& listener_of(Config& config) {
    return config.defaults;
}

// Like at(), for a listener or for the defaults of all listeners.
template <typename... Members>
auto in_listener(Members... members) {
    return [members...](auto& target) -> auto& {
        return (listener_of(target).*....*members);
    };
}
template <typename Member>
auto in_profile(Member member) {
    return in_listener(&ListenerConfig::profile, member);
}
template <typename Member>
auto in_framing(Member member) {
    return in_listener(&ListenerConfig::profile, &ListenerProfile::framing, member);
}

void read_length_bytes(const SettingValue& value, ListenerConfig& listener) {
    if (const auto bytes = value.choice({1, 2, 4}, _("1, 2 or 4"))) {
        listener.profile.framing.length_bytes = static_cast<std::uint8_t>(*bytes);
    }
}

// These two record their origins: a missing end is reported at that of the framing, and an invalid
// one is not reported as missing.
void read_end(const SettingValue& value, ListenerConfig& listener) {
    listener.end_origin = value.origin();
    named_text(parse_delimiter, in_framing(&FramingOptions::end))(value, listener);
}
void read_framing(const SettingValue& value, ListenerConfig& listener) {
    listener.framing_origin = value.origin();
    text(parse_framing, in_framing(&FramingOptions::framing))(value, listener);
}

// Records the origin, for the error if there is no such user.
void read_user(const SettingValue& value, Config& config) {
    config.user_origin = value.origin();
    text(at(&Config::user))(value, config);
}

// Settings of a listener, or defaults for all of them.
template <typename Target>
std::vector<Setting<Target>> shared_settings() {
    return {
        {"framing", [](const SettingValue& value,
                       Target& target) { read_framing(value, listener_of(target)); }},
        {"charset", text(parse_charset, in_listener(&ListenerConfig::charset))},
        {"greeting", text(parse_greeting, in_listener(&ListenerConfig::greeting))},
        {"telnet", flag(in_profile(&ListenerProfile::telnet))},
        {"replies", text(parse_replies, in_profile(&ListenerProfile::replies))},
        {"ack", named_text(parse_acknowledgement, in_profile(&ListenerProfile::ack))},
        {"nak", named_text(parse_acknowledgement, in_profile(&ListenerProfile::nak))},
        {"record_connections",
         text(parse_record_connections, in_profile(&ListenerProfile::record_connections))},
        {"max_message",
         count(1, FramingOptions::MAX_MESSAGE, in_framing(&FramingOptions::max_message))},
    };
}

template <typename Target>
void append(std::vector<Setting<Target>>& settings, const std::vector<Setting<Target>>& more) {
    settings.insert(settings.end(), more.begin(), more.end());
}

std::vector<Setting<ListenerConfig>> listener_settings() {
    std::vector<Setting<ListenerConfig>> settings{
        {"address", text(parse_address, at(&ListenerConfig::address))},
        {"socket", text(parse_socket, at(&ListenerConfig::socket))},
        {"allow", list(parse_networks, at(&ListenerConfig::allow))},
        {"deny", list(parse_networks, at(&ListenerConfig::deny))},
        {"proxy", list(parse_networks, at(&ListenerConfig::proxies))},
        {"tls", table(read_tls)},
        {"reuse_port", flag(at(&ListenerConfig::reuse_port))},
    };
    append(settings, shared_settings<ListenerConfig>());
    append(settings,
           {
               {"begin", named_text(parse_delimiter, in_framing(&FramingOptions::begin))},
               {"end", read_end},
               {"length_bytes", read_length_bytes},
               {"length_order", text(parse_byte_order, in_framing(&FramingOptions::length_order))},
           });
    return settings;
}

std::vector<Setting<PeerLimits>> limit_settings() {
    const auto limit = [](std::uint32_t PeerLimits::*member) {
        return count(0, std::numeric_limits<std::uint32_t>::max(), at(member));
    };
    return {
        {"connections", limit(&PeerLimits::connections)},
        {"connections_per_address", limit(&PeerLimits::connections_per_address)},
        {"connections_per_network", limit(&PeerLimits::connections_per_network)},
        {"new_connections_per_second", limit(&PeerLimits::new_connections_per_second)},
        {"messages_per_second", limit(&PeerLimits::messages_per_second)},
        {"bytes_per_second", limit(&PeerLimits::bytes_per_second)},
        {"exempt", list(parse_networks, at(&PeerLimits::exempt))},
    };
}

void read_limits(Config& config, const TomlTable& table, const Origin& origin, Mistakes& mistakes);

void read_nats(Config& config, const TomlTable& table, const Origin& origin, Mistakes& mistakes) {
    read_stream_settings(config.nats.emplace(), table, origin, mistakes);
}

void read_max_connections(const SettingValue& value, Config& config) {
    count(0, std::numeric_limits<std::uint32_t>::max(),
          at(&Config::peer_limits, &PeerLimits::connections))(value, config);
    config.peer_limits.connections_for_all = true;
}

// Defaults for listeners must come before the listeners.
std::vector<Setting<Config>> top_settings() {
    std::vector<Setting<Config>> settings = shared_settings<Config>();
    append(settings,
           {
               {"listen", texts(add_address)},
               {"listener", tables(add_listener_table)},
               {"log", texts(add_sink)},
               {"sync", flag(at(&Config::sync))},
               {"quiet_ms",
                duration(MILLISECONDS, 1, 60'000, at(&Config::limits, &ConnectionLimits::quiet))},
               {"partial_timeout", duration(SECONDS, 0.001, MAX_SECONDS,
                                            at(&Config::limits, &ConnectionLimits::partial))},
               {"idle_timeout",
                duration(SECONDS, 0, MAX_SECONDS, at(&Config::limits, &ConnectionLimits::idle))},
               {"peer_timeout", duration(SECONDS, 0, MAX_PEER_SECONDS,
                                         at(&Config::limits, &ConnectionLimits::peer))},
               {"limits", table(read_limits)},
               {"nats", table(read_nats)},
               {"max_connections", read_max_connections},
               {"detect_probes", flag(at(&Config::limits, &ConnectionLimits::detect_probes))},
               {"control", text(at(&Config::control))},
               {"control_readers", text(parse_readers, at(&Config::control_for_everyone))},
               {"user", read_user},
               {"sandbox", flag(at(&Config::sandbox))},
               {"core_dumps", flag(at(&Config::core_dumps))},
           });
    return settings;
}

void read_limits(Config& config, const TomlTable& table, const Origin&, Mistakes& mistakes) {
    const auto settings = limit_settings();
    read_table(table, settings, config.peer_limits, mistakes);
    // In TOML, everything below [limits] belongs to it.
    reject_unknown(
        table, names(settings),
        {{names(top_settings()), _("'{}' is not a setting of [limits]: move it above [limits]")}},
        mistakes);
}

// Settings that need one framing have no effect with another, but the command line may still select
// the one they need (combinations.hpp).
void check_framing(ListenerConfig& listener, const TomlTable& table, Mistakes& mistakes) {
    const FramingOptions& framing = listener.profile.framing;
    const auto needs = [&](Framing needed, std::initializer_list<std::string_view> keys) {
        if (framing.framing == needed) return;
        for (const std::string_view key : keys) {
            if (const TomlValue* const value = find(table, key)) {
                listener.unused.push_back({key, needed, value->origin});
            }
        }
    };
    needs(Framing::delimited, {"begin", "end"});
    needs(Framing::length, {"length_bytes", "length_order"});
    const std::string_view begin = framing.begin.bytes();
    const std::string_view end = framing.end.bytes();
    if (!begin.empty() && !end.empty() && (begin.starts_with(end) || end.starts_with(begin))) {
        mistakes.add(find(table, "begin")->origin,
                     _("begin and end: neither may begin with the other"));
    }
}

// Not for the defaults: there they may serve a listener that sets replies = "ack".
void check_replies(const ListenerConfig& listener, const TomlTable& table, Mistakes& mistakes) {
    if (listener.profile.replies == ReplyMode::ack) return;
    for (const std::string_view key : {"ack", "nak"}) {
        if (const TomlValue* const value = find(table, key)) {
            mistakes.add(value->origin,
                         formatted(_("{} needs replies = \"ack\", but replies is \"{}\""), key,
                                   name(listener.profile.replies)));
        }
    }
}

void add_listener_table(Config& config, const TomlTable& table, const Origin& origin,
                        Mistakes& mistakes) {
    const auto settings = listener_settings();
    ListenerConfig listener = config.defaults;
    read_table(table, settings, listener, mistakes);
    // In TOML, everything below a [[listener]] belongs to it.
    reject_unknown(
        table, names(settings),
        {{names(top_settings()), _("'{}' is not a setting of a [[listener]]: move it "
                                   "above the first [[listener]]")},
         {names(limit_settings()), _("'{}' is a setting of [limits]: move it below [limits]")}},
        mistakes);
    const TomlValue* const address = find(table, "address");
    const TomlValue* const socket = find(table, "socket");
    if (address == nullptr && socket == nullptr) {
        mistakes.add(origin, _("this [[listener]] has no address: expected address = \"ADDR:PORT\" "
                               "or socket = \"NAME\""));
        return;
    }
    if (const TomlValue* const reuse = find(table, "reuse_port"); reuse && socket != nullptr) {
        mistakes.add(reuse->origin, _("reuse_port needs an address: for a socket that is passed, "
                                      "set ReusePort= in its socket unit"));
    }
    check_framing(listener, table, mistakes);
    check_replies(listener, table, mistakes);
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
    reject_unknown(
        file, names(settings),
        {{names(listener_settings()), _("'{}' is a setting of a [[listener]]: move it below one")},
         {names(limit_settings()), _("'{}' is a setting of [limits]: move it below [limits]")},
         {stream_setting_names(), _("'{}' is a setting of [nats]: move it below [nats]")}},
        mistakes);
    const TomlValue* const old_name = find(file, "max_connections");
    const TomlValue* const limits = find(file, "limits");
    if (old_name == nullptr || limits == nullptr) return;
    const auto* const table = std::get_if<TomlTable>(&limits->data);
    if (table != nullptr && find(*table, "connections") != nullptr) {
        mistakes.add(old_name->origin, _("max_connections is the former name of connections in "
                                         "[limits]: expected only one of them"));
    }
}

}  // namespace hark
