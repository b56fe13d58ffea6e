#include "common/stream/stream_settings.hpp"

#include "common/locale/i18n.hpp"
#include "common/nats/server_list.hpp"
#include "common/settings/table_reader.hpp"
#include "common/settings/unknown_settings.hpp"

#include <algorithm>

namespace hark {

namespace {

// NATS makes no more copies of a record.
constexpr std::uint32_t MAX_REPLICAS = 5;

void add_server(StreamSettings& nats, std::string_view text, const Origin& origin,
                Mistakes& mistakes) {
    Endpoint server = nats::parse_server(text);
    if (server.host.empty()) {
        mistakes.add(origin, formatted(_("invalid server '{}': expected HOST or HOST:PORT, such as "
                                         "10.0.0.1:4222"),
                                       text));
        return;
    }
    std::vector<Endpoint>& servers = nats.stream.servers.servers;
    if (std::ranges::find(servers, server) != servers.end()) {
        mistakes.add(origin, formatted(_("duplicate server {}"), server.text()));
        return;
    }
    if (servers.size() == nats::ServerList::MAX_SERVERS) {
        mistakes.add(origin,
                     formatted(_("too many servers: {} at most"), nats::ServerList::MAX_SERVERS));
        return;
    }
    servers.push_back(std::move(server));
}

std::optional<std::string> parse_subject(std::string_view text, const Origin& origin,
                                         Mistakes& mistakes) {
    if (is_subject(text, false)) return std::string{text};
    mistakes.add(origin, formatted(_("invalid subject '{}': expected words separated by dots, "
                                     "such as hark.site7"),
                                   text));
    return std::nullopt;
}

std::optional<std::string> parse_not_empty(std::string_view name, std::string_view text,
                                           const Origin& origin, Mistakes& mistakes) {
    if (!text.empty()) return std::string{text};
    mistakes.add(origin, formatted(_("{}: expected a non-empty string"), name));
    return std::nullopt;
}

std::vector<Setting<tls::ClientOptions>> client_tls_settings() {
    const auto file = [](std::string tls::ClientFiles::*member) {
        return named_text(parse_not_empty, at(&tls::ClientOptions::files, member));
    };
    return {
        {"ca", file(&tls::ClientFiles::ca)},
        {"certificate", file(&tls::ClientFiles::certificate)},
        {"key", file(&tls::ClientFiles::key)},
        {"server_name", named_text(parse_not_empty, at(&tls::ClientOptions::server_name))},
    };
}

void read_client_tls(StreamSettings& nats, const TomlTable& table, const Origin& origin,
                     Mistakes& mistakes) {
    const auto settings = client_tls_settings();
    tls::ClientOptions& tls = nats.stream.servers.tls;
    tls.enabled = true;
    read_table(table, settings, tls, mistakes);
    reject_unknown(table, names(settings), {}, mistakes);
    if ((find(table, "certificate") == nullptr) != (find(table, "key") == nullptr)) {
        mistakes.add(origin, _("certificate and key go together: expected both, or neither"));
    }
}

std::vector<Setting<StreamSettings>> table_settings() {
    const auto login = [](std::string nats::Options::*member) {
        return named_text(parse_not_empty,
                          at(&StreamSettings::stream, &StreamConfig::servers, member));
    };
    return {
        {"servers", texts(add_server)},
        {"subject", text(parse_subject, at(&StreamSettings::stream, &StreamConfig::subject))},
        {"replicas", count(1, MAX_REPLICAS, at(&StreamSettings::stream, &StreamConfig::replicas))},
        {"user", login(&nats::Options::user)},
        {"password", login(&nats::Options::password)},
        {"password_file", named_text(parse_not_empty, at(&StreamSettings::password_file))},
        {"token", login(&nats::Options::token)},
        {"token_file", named_text(parse_not_empty, at(&StreamSettings::token_file))},
        {"tls", table(read_client_tls)},
    };
}

// Checks settings that exclude each other, and settings that need another one.
void check_login(const TomlTable& table, Mistakes& mistakes) {
    const auto excludes = [&](std::string_view one, std::string_view other) {
        const TomlValue* const value = find(table, other);
        if (value == nullptr || find(table, one) == nullptr) return;
        mistakes.add(value->origin,
                     formatted(_("{} and {}: expected only one of them"), one, other));
    };
    excludes("password", "password_file");
    excludes("token", "token_file");
    for (const std::string_view token : {"token", "token_file"}) excludes("user", token);
    for (const std::string_view key : {"password", "password_file"}) {
        const TomlValue* const value = find(table, key);
        if (value != nullptr && find(table, "user") == nullptr) {
            mistakes.add(value->origin, formatted(_("{} needs user"), key));
        }
    }
    const TomlValue* const user = find(table, "user");
    if (user != nullptr && find(table, "password") == nullptr &&
        find(table, "password_file") == nullptr) {
        mistakes.add(user->origin, _("user needs password or password_file"));
    }
}

}  // namespace

std::vector<std::string> stream_setting_names() {
    return names(table_settings());
}

void read_stream_settings(StreamSettings& settings, const TomlTable& table, const Origin& origin,
                          Mistakes& mistakes) {
    const auto known = table_settings();
    settings.origin = origin;
    read_table(table, known, settings, mistakes);
    reject_unknown(table, names(known), {}, mistakes);
    check_login(table, mistakes);
    for (const char* const key : {"servers", "subject"}) {
        if (find(table, key) == nullptr) {
            mistakes.add(origin, formatted(_("[nats] has no {}"), key));
        }
    }
    settings.holds_secret = find(table, "password") != nullptr || find(table, "token") != nullptr;
}

bool is_stream_name(std::string_view text) noexcept {
    constexpr std::string_view NOT_ALLOWED = ".*>/\\";
    return !text.empty() && text.size() < 256 && std::ranges::all_of(text, [&](char c) {
        return c > ' ' && c < '\x7f' && NOT_ALLOWED.find(c) == std::string_view::npos;
    });
}

bool is_subject(std::string_view text, bool wildcards) noexcept {
    if (text.empty() || text.size() > 255 || text.starts_with('.') || text.ends_with('.') ||
        text.find("..") != std::string_view::npos || text.starts_with('$')) {
        return false;
    }
    return std::ranges::all_of(text, [wildcards](char c) {
        return c > ' ' && c < '\x7f' && (wildcards || (c != '*' && c != '>'));
    });
}

}  // namespace hark
