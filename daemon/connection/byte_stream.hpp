// What a connection reads from and writes to: the socket, or TLS on it. The connection itself makes
// no system calls for either.
#pragma once

#include "common/sys/calls.hpp"
#include "common/sys/unique_fd.hpp"
#include "common/tls/session.hpp"
#include "daemon/connection/identity.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace hark {

// What a PROXY header or a TLS handshake has told about a peer; most peers have none.
struct Introduction {
    Identity identity;
    // Its handshake is complete; null: plain text.
    std::unique_ptr<tls::Session> session;
};

class ByteStream {
   public:
    // Takes ownership of `socket`, which must be non-blocking, and of `introduction`, which may be
    // null.
    ByteStream(UniqueFd socket, std::unique_ptr<Introduction> introduction) noexcept
        : introduction_{std::move(introduction)}, socket_{std::move(socket)} {}

    // The socket's descriptor, for epoll and for its addresses; the stream keeps it.
    [[nodiscard]] int fd() const noexcept { return socket_.get(); }
    // Null: nothing is known.
    [[nodiscard]] const Identity* identity() const noexcept {
        return introduction_ == nullptr ? nullptr : &introduction_->identity;
    }

    [[nodiscard]] bool is_tls() const noexcept { return tls() != nullptr; }

    // The number of bytes read into `into`; 0: the peer has closed its side; or -errno (-EAGAIN:
    // none now).
    [[nodiscard]] ssize_t recv(std::span<char> into) noexcept {
        if (tls::Session* const session = tls()) return session->recv(into);
        return sys::recv(socket_.get(), into.data(), into.size());
    }
    // The number of bytes of `from` that were taken, or -errno (-EAGAIN: none now).
    [[nodiscard]] ssize_t send(std::string_view from) noexcept {
        if (tls::Session* const session = tls()) return session->send(from);
        return sys::send(socket_.get(), from.data(), from.size());
    }
    // Whether bytes that were taken still wait to be sent, for EPOLLOUT.
    [[nodiscard]] bool wants_output() const noexcept {
        const tls::Session* const session = tls();
        return session != nullptr && session->wants_output();
    }
    // Whether reading has to wait for room; until then, EPOLLIN would be reported endlessly.
    [[nodiscard]] bool reading_waits() const noexcept {
        const tls::Session* const session = tls();
        return session != nullptr && session->reading_waits();
    }
    // Goes on sending what was taken: 0, or -errno.
    [[nodiscard]] int flush() noexcept {
        tls::Session* const session = tls();
        return session == nullptr ? 0 : session->flush();
    }
    // Bytes that can be read but that epoll does not report.
    [[nodiscard]] std::size_t pending() const noexcept {
        const tls::Session* const session = tls();
        return session == nullptr ? 0 : session->pending();
    }
    // Bytes that have arrived but have not been read, or -errno. With TLS, more than can be read.
    [[nodiscard]] int unread() const noexcept {
        return std::max(sys::unread(socket_.get()), static_cast<int>(pending()));
    }
    // Whether the peer's side ended without the close_notify of TLS.
    [[nodiscard]] bool truncated() const noexcept {
        const tls::Session* const session = tls();
        return session != nullptr && session->truncated();
    }
    // Ends our side of the conversation; the peer's can still be read.
    void shutdown() noexcept {
        if (tls::Session* const session = tls()) session->close();
        sys::shutdown_write(socket_.get());
    }
    // Closes the socket; with TLS, tells the peer first.
    void close() noexcept {
        if (tls::Session* const session = tls()) session->close();
        if (introduction_ != nullptr) introduction_->session.reset();
        socket_.reset();
    }

   private:
    [[nodiscard]] tls::Session* tls() const noexcept {
        return introduction_ == nullptr ? nullptr : introduction_->session.get();
    }

    std::unique_ptr<Introduction> introduction_;
    UniqueFd socket_;
};

}  // namespace hark
