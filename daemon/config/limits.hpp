// Limits on what peers may use.
#pragma once

#include "common/net/network.hpp"

#include <chrono>
#include <cstdint>

namespace hark {

// For each connection.
struct ConnectionLimits {
    std::chrono::milliseconds quiet{100};       // Framer::quiet_time()
    std::chrono::milliseconds partial{60'000};  // from a message's first byte until its end
    std::chrono::milliseconds idle{0};          // without input; 0: no limit
    // How long a peer's kernel may be silent before the peer counts as gone; 0: forever.
    std::chrono::milliseconds peer{120'000};
    bool detect_probes = true;
};

// [limits]: for all peers together, an address, or a network. 0: no limit.
struct PeerLimits {
    std::uint32_t connections = 0;  // in total; file descriptors limit them in any case
    std::uint32_t connections_per_address = 0;
    std::uint32_t connections_per_network = 0;  // of 256 IPv4 addresses, or an IPv6 /64
    // Per address. One second's worth may come at once.
    std::uint32_t new_connections_per_second = 0;
    std::uint32_t messages_per_second = 0;
    std::uint32_t bytes_per_second = 0;
    // Peers that these limits neither refuse nor slow down. Their connections count.
    NetworkSet exempt{{Network::parse("127.0.0.0/8").value(), Network::parse("::1").value()}};
    // `connections` was given by its former name, max_connections, which exempts nobody.
    bool connections_for_all = false;

    // Whether any limit needs an entry per address.
    [[nodiscard]] bool by_address() const noexcept {
        return connections_per_address > 0 || connections_per_network > 0 ||
               new_connections_per_second > 0 || messages_per_second > 0 || bytes_per_second > 0;
    }
};

}  // namespace hark
