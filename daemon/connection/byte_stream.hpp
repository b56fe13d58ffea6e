// What a connection reads from and writes to. A connection calls the kernel for neither, so a layer
// between it and the socket concerns this class alone. There is none yet: each function is the
// system call of its name.
//
// While a stream's handshake with its peer runs, its connection stays in
// Connection::State::opening: nothing is sent, nothing is a message, and if the timer expires the
// connection is retired.
#pragma once

#include "common/sys/calls.hpp"
#include "common/sys/unique_fd.hpp"

#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

namespace hark {

class ByteStream {
   public:
    // Takes over `socket`, which must not block.
    explicit ByteStream(UniqueFd socket) noexcept : socket_{std::move(socket)} {}

    // Of the socket: for epoll, and for its addresses. Stays the stream's.
    [[nodiscard]] int fd() const noexcept { return socket_.get(); }

    // Bytes read into `into`; 0: the peer has closed its side; or -errno, -EAGAIN: none now.
    [[nodiscard]] ssize_t recv(std::span<char> into) noexcept {
        return sys::recv(socket_.get(), into.data(), into.size());
    }
    // Bytes of `from` that were taken, or -errno, -EAGAIN: none now.
    [[nodiscard]] ssize_t send(std::string_view from) noexcept {
        return sys::send(socket_.get(), from.data(), from.size());
    }
    // Bytes that have arrived and are not read yet, or -errno.
    [[nodiscard]] int unread() const noexcept { return sys::unread(socket_.get()); }
    // Ends our side of the conversation; the peer's can still be read.
    void shutdown() noexcept { sys::shutdown_write(socket_.get()); }
    void close() noexcept { socket_.reset(); }

   private:
    UniqueFd socket_;
};

}  // namespace hark
