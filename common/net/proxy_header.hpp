// The header that a proxy puts in front of a connection, versions 1 and 2
// (https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt).
#pragma once

#include "common/net/address.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hark {

struct ProxyHeader {
    static constexpr std::size_t MAX_SIZE = 4096;  // longer ones are bad

    enum class Verdict : std::uint8_t { more, bad, complete };

    Verdict verdict = Verdict::more;
    // What follows is there once it is complete.
    std::size_t size = 0;  // bytes of the header; the client's own begin behind it
    bool local = false;    // the proxy speaks for itself
    // The client's; nothing: the proxy does not know, or it is no TCP client.
    std::optional<SocketAddress> client{};
    // The common name in the certificate that the client has shown to the proxy, and that the proxy
    // has verified; empty: none.
    std::string certificate{};
    // An identifier that the proxy gave to the connection: UTF-8, or else in hex; empty: none.
    std::string unique_id{};

    // Reads the header at the beginning of `bytes`. Any beginning of a good one gives `more`, and
    // whatever stands behind it changes nothing.
    [[nodiscard]] static ProxyHeader parse(std::string_view bytes);
};

}  // namespace hark
