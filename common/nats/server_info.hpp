// What a server says about itself: the JSON of INFO.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hark::nats {

struct ServerInfo {
    std::string name{};
    std::string version{};
    std::vector<std::string> others{};  // "10.0.0.2:4222": servers of its cluster
    std::size_t max_payload = 0;        // bytes of headers and payload
    bool headers = false;               // it takes messages with headers
    bool wants_authentication = false;
    bool requires_tls = false;
    bool offers_tls = false;
    bool is_leaving = false;  // it shuts down soon: go to another
};

// Nothing if `json` is not a server's INFO.
[[nodiscard]] std::optional<ServerInfo> parse_server_info(std::string_view json);

// Whether `version`, "2.10.27" or "2.11.0-beta.1", is at least these numbers. False if it cannot
// be parsed.
[[nodiscard]] bool is_at_least(std::string_view version, unsigned major, unsigned minor,
                               unsigned patch) noexcept;

}  // namespace hark::nats
