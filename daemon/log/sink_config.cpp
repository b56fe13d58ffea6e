#include "daemon/log/sink_config.hpp"

#include <algorithm>

namespace hark {

std::string_view name(SinkConfig::Kind kind) noexcept {
    switch (kind) {
        case SinkConfig::Kind::console:
            return "console";
        case SinkConfig::Kind::json:
            return "json";
        case SinkConfig::Kind::journal:
            return "journal";
        case SinkConfig::Kind::file:
            return "file";
        case SinkConfig::Kind::nats:
            break;
    }
    return "nats";
}

std::string SinkConfig::name() const {
    std::string name{hark::name(kind)};
    if (kind == Kind::file) name.append(":").append(path);
    if (kind == Kind::nats) name.append(":").append(stream.stream);
    return name;
}

const SinkConfig* find_sink(std::span<const SinkConfig> sinks, std::string_view name) noexcept {
    const auto found = std::ranges::find(sinks, name, &SinkConfig::name);
    return found == sinks.end() ? nullptr : &*found;
}

}  // namespace hark
