#include "daemon/config/tls_settings.hpp"

#include "common/locale/i18n.hpp"
#include "common/settings/table_reader.hpp"
#include "common/settings/unknown_settings.hpp"
#include "common/tls/names.hpp"

#include <fmt/core.h>

namespace hark {

namespace {

void add_pattern(TlsConfig& tls, std::string_view text, const Origin& origin, Mistakes& mistakes) {
    if (!tls::is_pattern(text)) {
        mistakes.add(origin,
                     formatted(_("invalid name '{}': expected a name such as "
                                 "dev7.example.org, *.example.org, a URI, or sha256: and 64 "
                                 "hexadecimal digits in lower case"),
                               text));
    }
    tls.allow.emplace_back(text);
}

// An empty name would count as a file not given, and so let everybody in.
std::optional<std::string> parse_file(std::string_view name, std::string_view text,
                                      const Origin& origin, Mistakes& mistakes) {
    if (!text.empty()) return std::string{text};
    mistakes.add(
        origin, fmt::format("{}: {}", name, _("expected the name of a file, got an empty string")));
    return std::nullopt;
}

std::vector<Setting<TlsConfig>> tls_settings() {
    const auto file = [](std::string tls::ServerFiles::*member) {
        return named_text(parse_file, at(&TlsConfig::files, member));
    };
    return {
        {"certificate", file(&tls::ServerFiles::certificate)},
        {"key", file(&tls::ServerFiles::key)},
        {"client_ca", file(&tls::ServerFiles::client_ca)},
        {"crl", file(&tls::ServerFiles::crl)},
        {"allow", texts(add_pattern)},
    };
}

}  // namespace

void read_tls(ListenerConfig& listener, const TomlTable& table, const Origin& origin,
              Mistakes& mistakes) {
    const auto settings = tls_settings();
    TlsConfig& tls = listener.tls.emplace();
    read_table(table, settings, tls, mistakes);
    reject_unknown(table, names(settings), {}, mistakes);
    tls.origin = origin;
    for (const char* const key : {"certificate", "key"}) {
        if (find(table, key) == nullptr) {
            mistakes.add(tls.origin,
                         formatted(_("tls has no {}: expected the name of a file"), key));
        }
    }
    for (const char* const key : {"crl", "allow"}) {
        const TomlValue* const value = find(table, key);
        if (value != nullptr && find(table, "client_ca") == nullptr) {
            mistakes.add(
                value->origin,
                formatted(_("{} needs client_ca, the CA of the clients' certificates"), key));
        }
    }
}

}  // namespace hark
