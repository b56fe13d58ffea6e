#include "tools/peer/server_connection.hpp"

#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "common/net/tcp.hpp"
#include "common/sys/calls.hpp"

#include <cerrno>
#include <cstring>

#include <netinet/tcp.h>
#include <sys/epoll.h>

namespace hark {

namespace {

// Messages are small and someone waits for the reply (TCP_NODELAY); a server that vanished should
// be noticed eventually (SO_KEEPALIVE). Failure of either is harmless.
void set_options(int socket) noexcept {
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

}  // namespace

ServerConnection::ServerConnection(EventLoop& loop, ServerListener& listener) noexcept
    : listener_{listener},
      lookup_{loop, method<&ServerConnection::on_looked_up>(*this)},
      watch_{loop, method<&ServerConnection::on_ready>(*this)},
      connect_timer_{loop, method<&ServerConnection::on_connect_timeout>(*this)},
      quiet_timer_{loop, method<&ServerConnection::on_quiet>(*this)},
      flush_task_{loop, Stage::respond, method<&ServerConnection::flush>(*this)} {}

void ServerConnection::open(const Endpoint& server, const TlsClient* tls) {
    close();
    tls_ = tls;
    reading_ = true;
    full_ = ending_ = false;
    broken_ = 0;
    next_address_ = 0;
    taken_ = 0;
    failures_.clear();
    lookup_.start(server);
    state_ = State::looking_up;
}

void ServerConnection::close() noexcept {
    lookup_.stop();
    connect_timer_.cancel();
    quiet_timer_.cancel();
    flush_task_.cancel();
    watch_.stop();
    // The server gets no more than it already has.
    if (session_ != nullptr && state_ == State::connected) session_->close();
    session_.reset();
    socket_.reset();
    splitter_.clear();
    output_.clear();
    state_ = State::closed;
}

void ServerConnection::disconnect(Disconnect reason, const std::string& why) noexcept {
    close();
    listener_.on_disconnected(reason, why);
}

// --- Connecting ---------------------------------------------------------------------------------

void ServerConnection::on_looked_up() noexcept {
    if (lookup_.addresses().empty()) {
        disconnect(Disconnect::no_address, _(lookup_.trouble().c_str()));
        return;
    }
    try_next_address();
}

void ServerConnection::try_next_address() noexcept {
    state_ = State::connecting;
    if (next_address_ == lookup_.addresses().size()) {
        disconnect(Disconnect::unreachable, failures_);
        return;
    }
    int error = tcp::connect(lookup_.addresses()[next_address_], socket_);
    if (error == 0) error = watch_.start(socket_.get(), EPOLLOUT);
    if (error < 0) {
        on_connect_result(-error);
        return;
    }
    connect_timer_.arm_in(CONNECT_TIMEOUT);
}

void ServerConnection::on_connect_result(int error) noexcept {
    connect_timer_.cancel();
    if (error != 0) {
        watch_.stop();
        socket_.reset();
        if (!failures_.empty()) failures_ += "; ";
        failures_ += lookup_.addresses()[next_address_].text() + ": " + std::strerror(error);
        ++next_address_;
        try_next_address();
        return;
    }
    set_options(socket_.get());
    if (tls_ == nullptr) {
        on_open();
        return;
    }
    state_ = State::shaking_hands;
    session_ = tls_->begin(socket_.get());
    connect_timer_.arm_in(TlsClient::HANDSHAKE_TIMEOUT);
    shake_hands();
}

void ServerConnection::on_connect_timeout() noexcept {
    if (state_ == State::shaking_hands) {
        fail_handshake(tls::Failure::timed_out);
    } else {
        on_connect_result(ETIMEDOUT);
    }
}

void ServerConnection::shake_hands() noexcept {
    int error = 0;
    switch (session_->shake_hands()) {
        case tls::Session::Progress::done:
            connect_timer_.cancel();
            on_open();
            return;
        case tls::Session::Progress::wants_input:
            error = watch_.set_interest(EPOLLIN);
            break;
        case tls::Session::Progress::wants_output:
            error = watch_.set_interest(EPOLLOUT);
            break;
        case tls::Session::Progress::failed:
            fail_handshake(session_->failure());
            return;
    }
    if (error < 0) disconnect(Disconnect::lost, std::strerror(-error));
}

// Another address of the same name would fail in the same way.
void ServerConnection::fail_handshake(tls::Failure failure) noexcept {
    if (failure == tls::Failure::not_tls) {
        const std::string line = plain_refusal(*session_, socket_.get());
        if (!line.empty()) listener_.on_line({line, LineEnd::line});
        if (state_ != State::shaking_hands) return;
    }
    disconnect(is_about_a_certificate(failure) ? Disconnect::distrusted : Disconnect::unreachable,
               tls_failure_text(failure));
}

void ServerConnection::on_open() noexcept {
    state_ = State::connected;
    update_interest();
    if (state_ == State::connected) listener_.on_connected(lookup_.addresses()[next_address_]);
}

// --- The conversation ---------------------------------------------------------------------------

void ServerConnection::on_ready(std::uint32_t events) noexcept {
    if (state_ == State::connecting) {
        on_connect_result(tcp::take_error(socket_.get()));
        return;
    }
    if (state_ == State::shaking_hands) {
        shake_hands();
        return;
    }
    // TLS may have to write before it can go on to read.
    const bool readable = session_ != nullptr || (events & ~std::uint32_t{EPOLLOUT}) != 0;
    if (reading_ && readable) read_once();
    if (state_ == State::connected && (events & ~std::uint32_t{EPOLLIN}) != 0) flush();
}

// The buffer holds more than a TLS record, so no decrypted bytes stay behind, which epoll would not
// report.
ssize_t ServerConnection::receive() noexcept {
    static_assert(INPUT_SIZE > SSL3_RT_MAX_PLAIN_LENGTH);
    if (session_ != nullptr) return session_->recv(std::span<char>{input_});
    return sys::recv(socket_.get(), input_.data(), input_.size());
}

void ServerConnection::read_once() noexcept {
    const ssize_t size = receive();
    if (size == -EAGAIN) return;
    LinePiece piece;
    if (size <= 0) {
        if (splitter_.take_rest(LineEnd::eof, piece)) listener_.on_line(piece);
        // A failed send has consumed the socket's error, so that recv() reports only the end.
        if (state_ == State::connected) on_end(size < 0 ? static_cast<int>(-size) : broken_);
        return;
    }
    std::string_view data{input_.data(), static_cast<std::size_t>(size)};
    listener_.on_bytes(data);
    if (state_ != State::connected) return;
    while (splitter_.next(data, piece)) {
        listener_.on_line(piece);
        if (state_ != State::connected) return;
    }
    quiet_timer_.cancel();
    if (quiet_time_ > Duration::zero() && splitter_.has_rest()) quiet_timer_.arm_in(quiet_time_);
}

void ServerConnection::on_end(int error) noexcept {
    if (error == EPROTO && session_ != nullptr && is_about_our_certificate(session_->failure())) {
        fail_handshake(session_->failure());
    } else if (error != 0) {
        disconnect(Disconnect::lost, std::strerror(error));
    } else if (session_ != nullptr && session_->truncated()) {
        disconnect(Disconnect::lost, _("TLS was cut off, so its last lines may be missing"));
    } else {
        disconnect(Disconnect::closed, {});
    }
}

void ServerConnection::on_quiet() noexcept {
    LinePiece piece;
    if (splitter_.take_rest(LineEnd::quiet, piece)) listener_.on_line(piece);
}

void ServerConnection::send(std::string_view bytes) {
    if (state_ != State::connected || broken_ != 0) return;
    output_.append(bytes);
    full_ = full_ || !has_room();
    flush_task_.schedule();
}

void ServerConnection::end_output() noexcept {
    ending_ = true;
    flush_task_.schedule();
}

ssize_t ServerConnection::transmit() noexcept {
    if (session_ == nullptr) return sys::send(socket_.get(), output_.view().data(), unsent());
    return unsent() > 0 ? session_->send(output_.view()) : session_->flush();
}

// TLS keeps what it has taken until the socket has room for it.
bool ServerConnection::waits_for_room() const noexcept {
    return unsent() > 0 || (session_ != nullptr && session_->wants_output());
}

void ServerConnection::flush() noexcept {
    if (state_ != State::connected || broken_ != 0) return;
    while (waits_for_room()) {
        const ssize_t size = transmit();
        if (size == -EAGAIN) break;
        if (size < 0) {
            // Read what the server sent before it closed: it may say why.
            broken_ = static_cast<int>(size == -EPIPE ? ECONNRESET : -size);
            output_.clear();
            break;
        }
        output_.consume(static_cast<std::size_t>(size));
        taken_ += static_cast<std::uint64_t>(size);
        if (size == 0) break;
    }
    // If it fails, the connection is broken, which reading finds out.
    if (ending_ && !waits_for_room()) {
        if (session_ != nullptr) session_->close();
        if (!waits_for_room()) sys::shutdown_write(socket_.get());
    }
    update_interest();
    if (state_ != State::connected) return;
    if (full_ && broken_ == 0 && unsent() <= OUTPUT_LIMIT / 2) {
        full_ = false;
        listener_.on_room();
    }
}

void ServerConnection::set_reading(bool reading) noexcept {
    reading_ = reading;
    if (state_ == State::connected) update_interest();
}

void ServerConnection::update_interest() noexcept {
    const std::uint32_t in = reading_ ? EPOLLIN : 0U;
    const std::uint32_t out = waits_for_room() && broken_ == 0 ? EPOLLOUT : 0U;
    if (const int error = watch_.set_interest(in | out); error < 0) {
        disconnect(Disconnect::lost, std::strerror(-error));
    }
}

}  // namespace hark
