// What a connection reads and sends once it is established.
#include "common/nats/commands.hpp"
#include "common/nats/connection.hpp"
#include "common/net/tcp.hpp"
#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <span>

#include <sys/epoll.h>

namespace hark::nats {

namespace {

using namespace std::chrono_literals;

constexpr Duration PONG_TIMEOUT = 2s;
constexpr Duration QUIET_TIME = 10s;
constexpr std::size_t INPUT_SIZE = 64 << 10;
// Reads per round, so that others get their turn.
constexpr int READS_A_ROUND = 16;
// Bytes waiting to be sent: a batch, requests, and answers to PING.
constexpr std::size_t MAX_UNSENT = 4 << 20;

}  // namespace

void Connection::on_ready(std::uint32_t events) noexcept {
    if (state_ == State::connecting) {
        on_connected(tcp::take_error(socket_.get()));
        return;
    }
    if (state_ == State::shaking_hands) {
        shake_hands();
        return;
    }
    // TLS may have to write before it can go on to read.
    if (session_ != nullptr || (events & ~std::uint32_t{EPOLLOUT}) != 0) read();
    if (state_ >= State::logging_in && (events & EPOLLOUT) != 0) flush();
}

ssize_t Connection::receive() noexcept {
    static_assert(INPUT_SIZE > SSL3_RT_MAX_PLAIN_LENGTH);
    std::array<char, INPUT_SIZE> buffer;
    const ssize_t size = session_ != nullptr
                             ? session_->recv(std::span<char>{buffer})
                             : sys::recv(socket_.get(), buffer.data(), buffer.size());
    if (size > 0) parser_.feed({buffer.data(), static_cast<std::size_t>(size)});
    return size;
}

// Before TLS, reads no further than INFO, so that no bytes of the handshake are taken for more of
// it: the server sends nothing else until it has heard from us.
void Connection::read() noexcept {
    for (int reads = 0; reads < READS_A_ROUND; ++reads) {
        const ssize_t size = receive();
        if (size == -EAGAIN) break;
        if (size <= 0) {
            fail(size == 0 ? "it has closed the connection" : errno_text(static_cast<int>(-size)));
            return;
        }
        const State before = state_;
        take_operations();
        if (state_ == State::closed || state_ == State::shaking_hands) return;
        if (before == State::waiting_for_info) break;
    }
    set_interest();
}

void Connection::take_operations() noexcept {
    Operation operation;
    while (state_ != State::closed) {
        switch (parser_.next(operation)) {
            case Parser::Step::operation:
                take(operation);
                break;
            case Parser::Step::incomplete:
                return;
            case Parser::Step::broken:
                fail(parser_.problem());
                return;
        }
    }
}

void Connection::take(const Operation& operation) noexcept {
    if (state_ == State::open && operation.kind != Operation::Kind::pong) {
        quiet_.arm_in(QUIET_TIME);
        // The server carried on after its complaint, so a later end has another cause.
        if (operation.kind != Operation::Kind::error) complaint_.clear();
    }
    switch (operation.kind) {
        case Operation::Kind::info:
            take_info(operation.text);
            return;
        case Operation::Kind::message:
            if (state_ == State::open) owner_.on_message(operation);
            return;
        case Operation::Kind::ping:
            if (state_ < State::logging_in) return;
            output().append(PONG);
            flush();
            if (output_.size() > MAX_UNSENT) fail("it sends and does not read");
            return;
        case Operation::Kind::pong:
            if (state_ < State::logging_in) return;
            deadline_.cancel();
            quiet_.arm_in(QUIET_TIME);
            if (state_ == State::open) return;
            state_ = State::open;
            complaint_.clear();
            owner_.on_info(info_);
            if (state_ == State::open) owner_.on_open();
            return;
        case Operation::Kind::ok:
            return;
        case Operation::Kind::error:
            complaint_ = operation.text.substr(0, 200);
            owner_.on_complaint(complaint_);
            return;
    }
}

void Connection::ping() noexcept {
    if (state_ != State::open || deadline_.armed()) return;
    deadline_.arm_in(PONG_TIMEOUT);
    output().append(PING);
    flush();
}

void Connection::on_quiet() noexcept {
    ping();
}

ssize_t Connection::transmit() noexcept {
    const std::string_view bytes = output_.view();
    if (session_ == nullptr) return sys::send(socket_.get(), bytes.data(), bytes.size());
    return bytes.empty() ? session_->flush() : session_->send(bytes);
}

// TLS keeps what it has accepted until the socket has room for it.
bool Connection::waits_for_room() const noexcept {
    return !output_.empty() || (session_ != nullptr && session_->wants_output());
}

void Connection::flush() noexcept {
    while (waits_for_room()) {
        const ssize_t size = transmit();
        if (size == -EAGAIN) break;
        if (size < 0) {
            // What the server sent before may say why, so leave it to reading to find the end.
            output_.clear();
            break;
        }
        output_.consume(static_cast<std::size_t>(size));
        if (size == 0) break;
    }
    set_interest();
}

void Connection::set_interest() noexcept {
    if (state_ == State::closed || state_ == State::shaking_hands) return;
    const std::uint32_t out = waits_for_room() ? EPOLLOUT : 0U;
    if (const int error = watch_.set_interest(EPOLLIN | out); error < 0) fail(errno_text(-error));
}

}  // namespace hark::nats
