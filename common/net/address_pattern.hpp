// Which peers are meant: an address, an address with a port, or a network.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hark {

class AddressPattern {
   public:
    // "192.0.2.7", "192.0.2.7:51324", "192.0.2.0/24", "2001:db8::7", "[2001:db8::7]:40112",
    // "2001:db8::/32", "fe80::1%eth0". Nothing when it is none of these.
    [[nodiscard]] static std::optional<AddressPattern> parse(std::string_view text);

    // Whether it means `peer`, as it is written in a record.
    [[nodiscard]] bool matches(std::string_view peer) const;

    // Where it means one peer alone: as records name it.
    [[nodiscard]] std::optional<std::string> exact() const;

   private:
    struct Host {
        std::array<unsigned char, 16> bytes{};
        unsigned bits = 32;  // how many of them an address has
        std::uint32_t scope = 0;
    };
    [[nodiscard]] static std::optional<Host> host_of(std::string_view peer, std::uint16_t& port);

    Host host_;
    unsigned length_ = 0;  // bits that count
    std::uint16_t port_ = 0;
    std::string exact_;
};

}  // namespace hark
