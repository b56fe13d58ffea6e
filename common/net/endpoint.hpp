// The daemon's host and port, as given by the user.
#pragma once

#include <cstdint>
#include <string>

namespace hark {

struct Endpoint {
    static constexpr std::uint16_t DEFAULT_PORT = 8765;

    std::string host = "localhost";  // name or address; an IPv6 address with or without []
    std::uint16_t port = DEFAULT_PORT;

    // "localhost:8765", "[::1]:8765"
    [[nodiscard]] std::string text() const {
        const bool bare_ipv6 = host.find(':') != std::string::npos && !host.starts_with('[');
        return (bare_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
    }

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

}  // namespace hark
