// Who a peer is, besides its address.
#pragma once

#include <string>

namespace hark {

// Texts are UTF-8; empty: none.
struct Identity {
    std::string via;            // the proxy that it came through: "192.0.2.1:40112"
    std::string proxy_id;       // what that proxy calls the connection
    std::string certificate;    // the name in the certificate that it has shown
    bool proxy_itself = false;  // it is the proxy, and speaks for itself
    [[nodiscard]] bool empty() const noexcept {
        return via.empty() && proxy_id.empty() && certificate.empty() && !proxy_itself;
    }
};

}  // namespace hark
