#include "common/tls/session.hpp"

#include "common/sys/calls.hpp"

#include <algorithm>
#include <cerrno>
#include <new>

#include <openssl/err.h>

namespace hark::tls {

namespace {

// Bytes in one record: little is copied when the socket has no room for it.
constexpr std::size_t MOST_AT_ONCE = 8192;
// OpenSSL keeps reading while records have no text, new keys for example, and a peer can send those
// without end.
constexpr int RECORDS_A_CALL = 16;

}  // namespace

// A BIO is OpenSSL's way to a socket; this one's data is its session.
struct SocketBio {
    static Session& session_of(BIO* bio) noexcept {
        return *static_cast<Session*>(BIO_get_data(bio));
    }

    static int read(BIO* bio, char* into, int size) noexcept {
        Session& session = session_of(bio);
        BIO_clear_retry_flags(bio);
        // OpenSSL reads the header of a record separately.
        const bool next = size == SSL3_RT_HEADER_LENGTH;
        const bool enough = next && session.records_left_-- <= 0;
        const ssize_t count =
            enough ? -EAGAIN
                   : sys::recv(session.socket_, into, static_cast<std::size_t>(std::max(size, 0)));
        if (count == -EAGAIN) BIO_set_retry_read(bio);
        session.socket_error_ = count < 0 ? static_cast<int>(-count) : 0;
        if (count == 0) session.socket_ended_ = true;
        if (count > 0) session.keep_first({into, static_cast<std::size_t>(count)});
        return count < 0 ? -1 : static_cast<int>(count);
    }
    static int write(BIO* bio, const char* from, int size) noexcept {
        Session& session = session_of(bio);
        BIO_clear_retry_flags(bio);
        const ssize_t count =
            sys::send(session.socket_, from, static_cast<std::size_t>(std::max(size, 0)));
        if (count == -EAGAIN) BIO_set_retry_write(bio);
        session.socket_error_ = count < 0 ? static_cast<int>(-count) : 0;
        return count < 0 ? -1 : static_cast<int>(count);
    }
    static long control(BIO* bio, int command, long, void*) noexcept {
        if (command == BIO_CTRL_FLUSH) return 1;
        if (command == BIO_CTRL_EOF) return session_of(bio).socket_ended_ ? 1 : 0;
        return 0;
    }

    // The same for all sessions, made once.
    static const BIO_METHOD* method() {
        static const std::unique_ptr<BIO_METHOD, Freed<BIO_meth_free>> made = [] {
            std::unique_ptr<BIO_METHOD, Freed<BIO_meth_free>> method{
                BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket")};
            if (method == nullptr) throw std::bad_alloc{};
            BIO_meth_set_read(method.get(), &read);
            BIO_meth_set_write(method.get(), &write);
            BIO_meth_set_ctrl(method.get(), &control);
            return method;
        }();
        return made.get();
    }
};

Session::Session(SSL_CTX& context, Side side, int socket)
    : ssl_{SSL_new(&context)}, socket_{socket} {
    BIO* const bio = ssl_ == nullptr ? nullptr : BIO_new(SocketBio::method());
    if (bio == nullptr) throw std::bad_alloc{};
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    if (side == Side::server) {
        SSL_set_accept_state(ssl_.get());
    } else {
        SSL_set_connect_state(ssl_.get());
    }
}

Session::Progress Session::shake_hands() noexcept {
    ERR_clear_error();
    records_left_ = RECORDS_A_CALL;
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) return Progress::done;
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ:
            return Progress::wants_input;
        case SSL_ERROR_WANT_WRITE:
            return Progress::wants_output;
        default:
            break;
    }
    const Failure failure = take_failure(SSL_get_verify_result(ssl_.get()));
    failure_ = failure == Failure::protocol && (socket_ended_ || socket_error_ != 0) ? Failure::gone
                                                                                     : failure;
    return Progress::failed;
}

void Session::keep_first(std::string_view bytes) noexcept {
    bytes = bytes.substr(0, first_.size() - first_size_);
    std::ranges::copy(bytes, first_.begin() + first_size_);
    first_size_ = static_cast<std::uint8_t>(first_size_ + bytes.size());
}

int Session::error_of(int result) noexcept {
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_ZERO_RETURN:
            truncated_ = socket_ended_;
            return 0;
        case SSL_ERROR_WANT_READ:
        case SSL_ERROR_WANT_WRITE:
            return -EAGAIN;
        default:
            break;
    }
    const Failure failure = take_failure(X509_V_OK);
    if (socket_error_ != 0 && socket_error_ != EAGAIN) return -socket_error_;
    failure_ = failure;
    return -EPROTO;
}

ssize_t Session::recv(std::span<char> into) noexcept {
    ERR_clear_error();
    records_left_ = RECORDS_A_CALL;
    std::size_t count = 0;
    const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
    read_wants_output_ = false;
    if (result == 1) return static_cast<ssize_t>(count);
    read_wants_output_ = SSL_want_write(ssl_.get());
    return error_of(result);
}

std::size_t Session::pending() const noexcept {
    return static_cast<std::size_t>(SSL_pending(ssl_.get()));
}

ssize_t Session::send(std::string_view from) noexcept {
    if (const int error = flush(); error < 0) return error;
    from = from.substr(0, MOST_AT_ONCE);
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_write_ex(ssl_.get(), from.data(), from.size(), &count);
    if (result == 1) return static_cast<ssize_t>(count);
    const int error = error_of(result);
    if (error != -EAGAIN) return error == 0 ? -EPIPE : error;
    taken_ = from;
    return static_cast<ssize_t>(from.size());
}

int Session::flush() noexcept {
    // There is room, and the next recv() will find it; a caller that is not reading need not know.
    read_wants_output_ = false;
    while (!taken_.empty()) {
        ERR_clear_error();
        std::size_t count = 0;
        const int result = SSL_write_ex(ssl_.get(), taken_.data(), taken_.size(), &count);
        if (result != 1) {
            const int error = error_of(result);
            return error == 0 ? -EPIPE : error;
        }
        taken_.erase(0, count);
    }
    taken_.shrink_to_fit();
    if (closing_) close();
    return 0;
}

void Session::close() noexcept {
    closing_ = true;
    close_wants_output_ = false;
    if (!taken_.empty() || closed_) return;
    ERR_clear_error();
    const int result = SSL_shutdown(ssl_.get());
    close_wants_output_ = result < 0 && SSL_want_write(ssl_.get());
    closed_ = !close_wants_output_;
    ERR_clear_error();
}

}  // namespace hark::tls
