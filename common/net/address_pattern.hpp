// Matches peers: by address, address and port, or network.
#pragma once

#include "common/net/address.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hark {

class AddressPattern {
   public:
    // "192.0.2.7", "192.0.2.7:51324", "192.0.2.0/24", "2001:db8::7", "[2001:db8::7]:40112",
    // "2001:db8::/32", "fe80::1%eth0". Nothing if it is none of these.
    [[nodiscard]] static std::optional<AddressPattern> parse(std::string_view text);

    [[nodiscard]] bool matches(const SocketAddress& peer) const noexcept;
    // The same for a peer as written in records: "192.0.2.7:51324". False for anything else.
    [[nodiscard]] bool matches(std::string_view peer) const;

    // The only peer that matches, as written in records, if there is exactly one.
    [[nodiscard]] std::optional<std::string> exact() const;

   private:
    SocketAddress address_;  // port 0: any port
    unsigned length_ = 0;    // number of leading bits of the address that must match
};

}  // namespace hark
