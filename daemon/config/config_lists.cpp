#include "daemon/config/config_lists.hpp"

#include "common/locale/i18n.hpp"
#include "daemon/config/parsing.hpp"

#include <algorithm>

namespace hark {

void add_listener(Config& config, const ListenerConfig& listener, const Origin& origin,
                  Mistakes& mistakes) {
    const bool named = !listener.socket.empty();
    const bool duplicate = std::ranges::any_of(config.listeners, [&](const ListenerConfig& other) {
        if (named || !other.socket.empty()) return other.socket == listener.socket;
        return other.address == listener.address && listener.address.port() != 0;
    });
    if (duplicate) {
        mistakes.add(origin, named ? formatted(_("duplicate socket '{}'"), listener.socket)
                                   : formatted(_("duplicate address {}"), listener.address.text()));
    }
    config.listeners.push_back(listener);
}

void add_address(Config& config, std::string_view text, const Origin& origin, Mistakes& mistakes) {
    const auto address = parse_address(text, origin, mistakes);
    if (!address) return;
    ListenerConfig listener = config.defaults;
    listener.address = *address;
    listener.origin = origin;
    add_listener(config, listener, origin, mistakes);
}

void add_sink(Config& config, std::string_view text, const Origin& origin, Mistakes& mistakes) {
    auto sink = parse_sink(text, origin, mistakes);
    if (!sink) return;
    if (find_sink(config.sinks, sink->name()) != nullptr) {
        mistakes.add(origin, formatted(_("duplicate sink {}"), sink->name()));
    } else if (is_output(*sink) && std::ranges::any_of(config.sinks, is_output)) {
        mistakes.add(origin, _("console and json are both standard output: expected one of them"));
    }
    if (sink->kind == SinkConfig::Kind::nats) config.stream_origin = origin;
    config.sinks.push_back(std::move(*sink));
}

}  // namespace hark
