// One connection of the generator: a socket, or TLS on it.
#pragma once

#include "common/sys/unique_fd.hpp"
#include "common/tls/session.hpp"

#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include <sys/types.h>

namespace hark::bench {

class Wire {
   public:
    Wire() = default;
    explicit Wire(UniqueFd fd) noexcept : fd_{std::move(fd)} {}

    // Completes a TLS handshake; throws if the server does not.
    void secure(SSL_CTX& context);

    [[nodiscard]] int fd() const noexcept { return fd_.get(); }
    // Both return -errno; -EAGAIN: not now.
    [[nodiscard]] ssize_t send(std::string_view bytes) const noexcept;
    [[nodiscard]] ssize_t recv(std::span<char> into) const noexcept;
    // Sends what TLS has taken and the socket had no room for. Returns 0 or -errno.
    [[nodiscard]] int flush() const noexcept;
    [[nodiscard]] bool wants_output() const noexcept;
    // Sends the end of the stream.
    void shutdown() const;

   private:
    UniqueFd fd_;
    std::unique_ptr<tls::Session> tls_;
};

}  // namespace hark::bench
