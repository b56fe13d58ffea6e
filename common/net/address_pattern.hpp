// Which peers are meant: an address, an address with a port, or a network.
#pragma once

#include "common/net/address.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hark {

class AddressPattern {
   public:
    // "192.0.2.7", "192.0.2.7:51324", "192.0.2.0/24", "2001:db8::7", "[2001:db8::7]:40112",
    // "2001:db8::/32", "fe80::1%eth0". Nothing when it is none of these.
    [[nodiscard]] static std::optional<AddressPattern> parse(std::string_view text);

    [[nodiscard]] bool matches(const SocketAddress& peer) const noexcept;
    // The same for a peer as records name it: "192.0.2.7:51324". False for anything else.
    [[nodiscard]] bool matches(std::string_view peer) const;

    // The peer as records name it, where the pattern means one alone.
    [[nodiscard]] std::optional<std::string> exact() const;

   private:
    SocketAddress address_;  // with port 0: any port
    unsigned length_ = 0;    // leading bits of the address that count
};

}  // namespace hark
