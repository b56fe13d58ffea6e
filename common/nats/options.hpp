// How to reach the servers of a NATS system: where they are, and who we are.
#pragma once

#include "common/net/endpoint.hpp"
#include "common/tls/files.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hark::nats {

inline constexpr std::uint16_t DEFAULT_PORT = 4222;

struct Options {
    std::vector<Endpoint> servers{};
    // Empty: none. A token is used without the other two.
    std::string user{};
    std::string password{};
    std::string token{};
    // If enabled, a server without TLS is refused. If not, one that asks for TLS gets it, and must
    // have a certificate that the system trusts.
    tls::ClientOptions tls{};

    friend bool operator==(const Options&, const Options&) = default;
};

}  // namespace hark::nats
