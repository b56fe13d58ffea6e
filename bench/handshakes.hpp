// TLS connections that end after the handshake, several at a time.
#pragma once

#include <cstddef>
#include <cstdint>

#include <openssl/ssl.h>

namespace hark::bench {

struct HandshakeShape {
    std::uint16_t port = 0;
    std::size_t at_once = 1;
    std::size_t count = 1;
};

// Returns when the server has closed all of them; throws if a handshake fails.
void shake_hands(const HandshakeShape& shape, SSL_CTX& context);

}  // namespace hark::bench
