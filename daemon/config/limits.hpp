// Limits on what peers may use.
#pragma once

#include "common/net/network.hpp"

#include <chrono>
#include <cstdint>

namespace hark {

// Of every connection.
struct ConnectionLimits {
    std::chrono::milliseconds quiet{100};       // Framer::quiet_time()
    std::chrono::milliseconds partial{60'000};  // from a message's first byte until it must end
    std::chrono::milliseconds idle{0};          // without input; 0: no limit
    // Until a peer that does not answer its kernel's questions is called gone; 0: never.
    std::chrono::milliseconds peer{120'000};
    bool detect_probes = true;
};

// Of all peers, of an address, and of a network: [limits]. 0: none.
struct PeerLimits {
    std::uint32_t connections = 0;  // in all; descriptors are a limit in any case
    std::uint32_t connections_per_address = 0;
    std::uint32_t connections_per_network = 0;  // of 256 IPv4 addresses, or an IPv6 /64
    // By address. One second's worth may come at once.
    std::uint32_t new_connections_per_second = 0;
    std::uint32_t messages_per_second = 0;
    std::uint32_t bytes_per_second = 0;
    // Whoever these limits do not hold up. They count.
    NetworkSet exempt{{Network::parse("127.0.0.0/8").value(), Network::parse("::1").value()}};
    // `connections` was given by its former name, max_connections, which exempts nobody.
    bool connections_for_all = false;

    // Whether some limit needs what is known of each address.
    [[nodiscard]] bool by_address() const noexcept {
        return connections_per_address > 0 || connections_per_network > 0 ||
               new_connections_per_second > 0 || messages_per_second > 0 || bytes_per_second > 0;
    }
};

}  // namespace hark
