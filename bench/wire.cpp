#include "bench/wire.hpp"

#include "bench/connecting.hpp"
#include "common/sys/error.hpp"

#include <cerrno>
#include <stdexcept>
#include <string>

#include <poll.h>
#include <sys/socket.h>

namespace hark::bench {

void Wire::secure(SSL_CTX& context) {
    tls_ = std::make_unique<tls::Session>(context, tls::Side::client, fd_.get());
    while (true) {
        const auto progress = tls_->shake_hands();
        if (progress == tls::Session::Progress::done) return;
        if (progress == tls::Session::Progress::failed) {
            throw std::runtime_error{std::string{"TLS: "} + tls::text(tls_->failure())};
        }
        const bool reads = progress == tls::Session::Progress::wants_input;
        pollfd waiting{fd_.get(), static_cast<short>(reads ? POLLIN : POLLOUT), 0};
        if (poll(&waiting, 1, PATIENCE_MS) != 1) throw std::runtime_error{"no TLS handshake"};
    }
}

ssize_t Wire::send(std::string_view bytes) const noexcept {
    if (tls_) return tls_->send(bytes);
    const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
}

ssize_t Wire::recv(std::span<char> into) const noexcept {
    if (tls_) return tls_->recv(into);
    const ssize_t got = ::recv(fd_.get(), into.data(), into.size(), 0);
    return got < 0 ? -errno : got;
}

int Wire::flush() const noexcept {
    return tls_ ? tls_->flush() : 0;
}

bool Wire::wants_output() const noexcept {
    return tls_ && tls_->wants_output();
}

void Wire::shutdown() const {
    if (tls_) tls_->close();
    if (::shutdown(fd_.get(), SHUT_WR) != 0) throw SystemError{errno, "cannot end the stream"};
}

}  // namespace hark::bench
