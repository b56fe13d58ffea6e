// What a connection reads from and writes to: the socket, or TLS on it. A connection calls the
// kernel for neither.
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

// What is known of a peer that has said more than its first byte; of most there is none.
struct Introduction {
    Identity identity;
    // Whose handshake is over; null: plain text.
    std::unique_ptr<tls::Session> session;
};

class ByteStream {
   public:
    // Takes over `socket`, which must not block, and `introduction`, which may be null.
    ByteStream(UniqueFd socket, std::unique_ptr<Introduction> introduction) noexcept
        : introduction_{std::move(introduction)}, socket_{std::move(socket)} {}

    // Of the socket: for epoll, and for its addresses. Stays the stream's.
    [[nodiscard]] int fd() const noexcept { return socket_.get(); }
    // Null: nothing is known.
    [[nodiscard]] const Identity* identity() const noexcept {
        return introduction_ == nullptr ? nullptr : &introduction_->identity;
    }

    [[nodiscard]] bool is_tls() const noexcept { return tls() != nullptr; }

    // Bytes read into `into`; 0: the peer has closed its side; or -errno, -EAGAIN: none now.
    [[nodiscard]] ssize_t recv(std::span<char> into) noexcept {
        if (tls::Session* const session = tls()) return session->recv(into);
        return sys::recv(socket_.get(), into.data(), into.size());
    }
    // Bytes of `from` that were taken, or -errno, -EAGAIN: none now.
    [[nodiscard]] ssize_t send(std::string_view from) noexcept {
        if (tls::Session* const session = tls()) return session->send(from);
        return sys::send(socket_.get(), from.data(), from.size());
    }
    // Whether something that was taken still waits, for EPOLLOUT.
    [[nodiscard]] bool wants_output() const noexcept {
        const tls::Session* const session = tls();
        return session != nullptr && session->wants_output();
    }
    // Nothing can be read before there is room: until then EPOLLIN would be reported without end.
    [[nodiscard]] bool reading_waits() const noexcept {
        const tls::Session* const session = tls();
        return session != nullptr && session->reading_waits();
    }
    // Goes on with it: 0, or -errno.
    [[nodiscard]] int flush() noexcept {
        tls::Session* const session = tls();
        return session == nullptr ? 0 : session->flush();
    }
    // Bytes that can be read, though epoll knows nothing of them.
    [[nodiscard]] std::size_t pending() const noexcept {
        const tls::Session* const session = tls();
        return session == nullptr ? 0 : session->pending();
    }
    // Bytes that have arrived and are not read yet, or -errno. With TLS, more than can be read.
    [[nodiscard]] int unread() const noexcept {
        return std::max(sys::unread(socket_.get()), static_cast<int>(pending()));
    }
    // The end that was read is not the one that the peer meant.
    [[nodiscard]] bool truncated() const noexcept {
        const tls::Session* const session = tls();
        return session != nullptr && session->truncated();
    }
    // Ends our side of the conversation; the peer's can still be read.
    void shutdown() noexcept {
        if (tls::Session* const session = tls()) session->close();
        sys::shutdown_write(socket_.get());
    }
    // Tells the peer, where TLS has a word for it, and closes the socket.
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
