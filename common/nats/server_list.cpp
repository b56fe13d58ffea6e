#include "common/nats/server_list.hpp"

#include "common/nats/options.hpp"
#include "common/net/address.hpp"
#include "common/text/number.hpp"

#include <algorithm>

namespace hark::nats {

ServerList::ServerList(std::span<const Endpoint> servers, std::size_t first)
    : given_{std::min(servers.size(), MAX_SERVERS)}, current_{first % given_} {
    for (const Endpoint& server : servers.first(given_)) {
        servers_.push_back({.endpoint = server, .name = server.host});
    }
}

void ServerList::learn(std::span<const std::string> others, Trust trust) {
    const Server teller = current();
    std::vector<Server> servers{servers_.begin(),
                                servers_.begin() + static_cast<std::ptrdiff_t>(given_)};
    for (const std::string& text : others) {
        if (servers.size() == MAX_SERVERS) break;
        const Endpoint endpoint = parse_server(text);
        const bool known = std::ranges::any_of(servers, [&](const Server& server) {
            return server.endpoint.host == endpoint.host && server.endpoint.port == endpoint.port;
        });
        if (endpoint.host.empty() || known) continue;
        const bool borrows = is_numeric(endpoint.host) && !is_numeric(teller.name);
        if (!borrows && trust == Trust::same_name) continue;
        servers.push_back({.endpoint = endpoint, .name = borrows ? teller.name : endpoint.host});
    }
    const auto place = std::ranges::find(servers, teller);
    if (place != servers.end()) {
        current_ = static_cast<std::size_t>(place - servers.begin());
    } else if (servers.size() < MAX_SERVERS) {
        current_ = servers.size();
        servers.push_back(teller);
    } else {
        current_ = servers.size() - 1;
        servers.back() = teller;
    }
    servers_ = std::move(servers);
}

Endpoint parse_server(std::string_view text) {
    for (const std::string_view scheme : {"nats://", "tls://"}) {
        if (text.starts_with(scheme)) text.remove_prefix(scheme.size());
    }
    Endpoint endpoint{.host = {}, .port = DEFAULT_PORT};
    std::string_view host = text;
    std::string_view port;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return {.host = {}, .port = 0};
        host = text.substr(0, end + 1);
        port = text.substr(end + 1);
    } else if (std::ranges::count(text, ':') <= 1) {
        host = text.substr(0, text.find(':'));
        port = text.substr(host.size());
    }
    if (!port.empty()) {
        const auto number = port.front() == ':' ? parse_number<std::uint16_t>(port.substr(1))
                                                : std::optional<std::uint16_t>{};
        if (!number || *number == 0) return {.host = {}, .port = 0};
        endpoint.port = *number;
    }
    // Characters that no host name has would otherwise be shown, looked up, and refused only there.
    const bool plain = !host.empty() && std::ranges::all_of(host, [](char c) {
        return c > ' ' && c < '\x7f' && c != '/' && c != '@' && c != '?' && c != '#' && c != ',';
    });
    if (!plain) return {.host = {}, .port = 0};
    endpoint.host = host;
    if (host.find(':') != std::string_view::npos && !is_numeric(endpoint.host))
        return {.host = {}, .port = 0};
    return endpoint;
}

bool is_numeric(const std::string& host) {
    return SocketAddress::parse(Endpoint{.host = host, .port = 1}.text()).has_value();
}

}  // namespace hark::nats
