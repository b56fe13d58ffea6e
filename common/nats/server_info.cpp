#include "common/nats/server_info.hpp"

#include "common/nats/json_values.hpp"
#include "common/text/number.hpp"

#include <array>
#include <compare>

namespace hark::nats {

std::optional<ServerInfo> parse_server_info(std::string_view json) {
    const Json info = parse_json(json);
    if (info.is_null()) return std::nullopt;
    ServerInfo server{.name = text_of(info, "server_name"),
                      .version = text_of(info, "version"),
                      .max_payload = number_of(info, "max_payload"),
                      .headers = flag_of(info, "headers"),
                      .wants_authentication = flag_of(info, "auth_required"),
                      .requires_tls = flag_of(info, "tls_required"),
                      .offers_tls = flag_of(info, "tls_available"),
                      .is_leaving = flag_of(info, "ldm")};
    for (const Json& other : part_of(info, "connect_urls")) {
        if (other.is_string()) server.others.push_back(other.get<std::string>());
    }
    return server;
}

bool is_at_least(std::string_view version, unsigned major, unsigned minor,
                 unsigned patch) noexcept {
    std::array<unsigned, 3> numbers{};
    for (unsigned& number : numbers) {
        const auto found = take_number<unsigned>(version);
        if (!found) return false;
        number = *found;
        if (version.starts_with('.')) version.remove_prefix(1);
    }
    return numbers >= std::array<unsigned, 3>{major, minor, patch};
}

}  // namespace hark::nats
