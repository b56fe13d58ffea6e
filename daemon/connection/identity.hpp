// Who a peer is, besides its address.
#pragma once

#include <string>

namespace hark {

// Texts are UTF-8; empty: none.
struct Identity {
    std::string via;            // the proxy that it came through: "192.0.2.1:40112"
    std::string proxy_id;       // what that proxy calls the connection
    std::string tls;            // the version: "TLSv1.3"
    std::string certificate;    // the name in the certificate that it has shown
    std::string sha256;         // of that certificate, in hex; empty: only its proxy has seen it
    bool proxy_itself = false;  // it is the proxy, and speaks for itself
};

}  // namespace hark
