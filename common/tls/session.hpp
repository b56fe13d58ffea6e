// TLS on one non-blocking socket. OpenSSL reads and writes the socket itself, through the calls of
// common/sys, so that nothing is copied in between and a test can make them fail.
//
// A record that OpenSSL has encrypted must be sent as it is, before anything else. So what send()
// has accepted may still wait for room in the socket: flush() continues with it.
#pragma once

#include "common/tls/failure.hpp"
#include "common/tls/handles.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace hark::tls {

enum class Side : std::uint8_t { server, client };

class Session {
   public:
    // `socket` must be non-blocking and outlive the session. Throws std::bad_alloc.
    Session(SSL_CTX& context, Side side, int socket);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() = default;

    enum class Progress : std::uint8_t { done, wants_input, wants_output, failed };
    // Continues the handshake.
    [[nodiscard]] Progress shake_hands() noexcept;
    // Why it failed; after -EPROTO, what the peer said about our certificate, if it did: in TLS 1.3
    // a client learns that only when it reads.
    [[nodiscard]] Failure failure() const noexcept { return failure_; }

    // The first bytes from the socket, at most as many as a record's header has. From a peer that
    // does not speak TLS, nothing more was read.
    [[nodiscard]] std::string_view first_bytes() const noexcept {
        return {first_.data(), first_size_};
    }

    // Like recv(2): bytes, 0 at the end, -errno. At most one whole record; -EAGAIN also while a
    // record is incomplete, and after some records without text.
    [[nodiscard]] ssize_t recv(std::span<char> into) noexcept;
    // Bytes that are decrypted and not received: epoll does not know about them.
    [[nodiscard]] std::size_t pending() const noexcept;
    // Whether the end came without close_notify: something may be missing.
    [[nodiscard]] bool truncated() const noexcept { return truncated_; }

    // Like send(2).
    [[nodiscard]] ssize_t send(std::string_view from) noexcept;
    // Sends what was accepted before: 0 once all of it has left, or -errno.
    [[nodiscard]] int flush() noexcept;
    // Whether recv() can do nothing until there is room for what it must send: do not wait for
    // EPOLLIN.
    [[nodiscard]] bool reading_waits() const noexcept { return read_wants_output_; }
    // Whether something accepted still waits, or reading needs to write: wait for EPOLLOUT.
    [[nodiscard]] bool wants_output() const noexcept {
        return !taken_.empty() || read_wants_output_ || close_wants_output_;
    }
    // Tells the peer that nothing more follows, once what was accepted has left. A second call does
    // nothing.
    void close() noexcept;

    [[nodiscard]] SSL& ssl() const noexcept { return *ssl_; }
    [[nodiscard]] std::string_view version() const noexcept { return SSL_get_version(ssl_.get()); }

   private:
    friend struct SocketBio;

    void keep_first(std::string_view bytes) noexcept;
    // The -errno for an OpenSSL call that has returned `result`.
    [[nodiscard]] int error_of(int result) noexcept;

    SslHandle ssl_;
    std::string taken_;  // accepted by send(), and partly encrypted
    int socket_;
    std::array<char, SSL3_RT_HEADER_LENGTH> first_{};
    std::uint8_t first_size_ = 0;
    int records_left_ = 0;  // that this call may still read
    int socket_error_ = 0;  // a positive errno of the last call on the socket
    Failure failure_ = Failure::none;
    bool socket_ended_ = false;
    bool truncated_ = false;
    bool read_wants_output_ = false;
    bool closing_ = false;
    bool close_wants_output_ = false;
    bool closed_ = false;  // close() has nothing left to do
};

}  // namespace hark::tls
