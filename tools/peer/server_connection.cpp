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

void ServerConnection::open(const Endpoint& server) {
    close();
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
    const SocketAddress address = lookup_.addresses()[next_address_];
    if (error != 0) {
        watch_.stop();
        socket_.reset();
        if (!failures_.empty()) failures_ += "; ";
        failures_ += address.text() + ": " + std::strerror(error);
        ++next_address_;
        try_next_address();
        return;
    }
    set_options(socket_.get());
    state_ = State::connected;
    update_interest();
    if (state_ == State::connected) listener_.on_connected(address);
}

// --- The conversation ---------------------------------------------------------------------------

void ServerConnection::on_ready(std::uint32_t events) noexcept {
    if (state_ == State::connecting) {
        on_connect_result(tcp::take_error(socket_.get()));
        return;
    }
    if (reading_ && (events & ~std::uint32_t{EPOLLOUT}) != 0) read_once();
    if (state_ == State::connected && (events & ~std::uint32_t{EPOLLIN}) != 0) flush();
}

void ServerConnection::read_once() noexcept {
    const ssize_t size = sys::recv(socket_.get(), input_.data(), input_.size());
    if (size == -EAGAIN) return;
    LinePiece piece;
    if (size <= 0) {
        if (splitter_.take_rest(LineEnd::eof, piece)) listener_.on_line(piece);
        if (state_ != State::connected) return;
        // A failed send has consumed the socket's error, so that recv() reports only the end.
        const int error = size < 0 ? static_cast<int>(-size) : broken_;
        if (error == 0) {
            disconnect(Disconnect::closed, {});
        } else {
            disconnect(Disconnect::lost, std::strerror(error));
        }
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

void ServerConnection::flush() noexcept {
    if (state_ != State::connected || broken_ != 0) return;
    while (unsent() > 0) {
        const ssize_t size = sys::send(socket_.get(), output_.view().data(), unsent());
        if (size == -EAGAIN) break;
        if (size < 0) {
            // Read what the server sent before it closed: it may say why.
            broken_ = static_cast<int>(size == -EPIPE ? ECONNRESET : -size);
            output_.clear();
            break;
        }
        output_.consume(static_cast<std::size_t>(size));
        taken_ += static_cast<std::uint64_t>(size);
    }
    // If it fails, the connection is broken, which reading finds out.
    if (ending_ && unsent() == 0) sys::shutdown_write(socket_.get());
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
    const std::uint32_t out = unsent() > 0 ? EPOLLOUT : 0U;
    if (const int error = watch_.set_interest(in | out); error < 0) {
        disconnect(Disconnect::lost, std::strerror(-error));
    }
}

}  // namespace hark
