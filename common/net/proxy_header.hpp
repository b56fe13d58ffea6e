// The header that a proxy puts in front of a connection: the PROXY protocol, versions 1 and 2
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
    // The members below are set once it is complete.
    std::size_t size = 0;  // bytes of the header; the client's own begin after it
    bool local = false;    // the proxy speaks for itself
    // The client's address; nothing: the proxy does not know it, or it is not a TCP client.
    std::optional<SocketAddress> client{};
    // The common name in the certificate that the client has presented to the proxy, and that the
    // proxy has verified; empty: none.
    std::string certificate{};
    // An identifier that the proxy gave to the connection: UTF-8, or else in hex; empty: none.
    std::string unique_id{};

    // Parses the header at the beginning of `bytes`. An incomplete valid header gives `more`; bytes
    // after the header change nothing.
    [[nodiscard]] static ProxyHeader parse(std::string_view bytes);
};

}  // namespace hark
