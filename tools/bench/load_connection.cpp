#include "tools/bench/load_connection.hpp"

#include "common/loop/event_loop.hpp"
#include "common/net/tcp.hpp"
#include "common/sys/calls.hpp"

#include <algorithm>
#include <cerrno>

#include <netinet/tcp.h>
#include <sys/epoll.h>

namespace hark {

namespace {

constexpr std::size_t FAR = 197;  // a prime, so that the starts spread over the whole corpus

}  // namespace

LoadConnection::LoadConnection(EventLoop& loop, LoadListener& listener, const Corpus& corpus,
                               std::size_t number, std::span<char> input, bool lock_step) noexcept
    : listener_{listener},
      corpus_{corpus},
      input_{input},
      watch_{loop, method<&LoadConnection::on_ready>(*this)},
      greeting_timer_{loop, method<&LoadConnection::on_no_greeting>(*this)},
      number_{number},
      // Connections start far apart, so that no two send the same message at the same time.
      next_{number * FAR % corpus.messages() * corpus.stride()},
      lock_step_{lock_step} {}

// --- Opening and closing ------------------------------------------------------------------------

void LoadConnection::connect(const SocketAddress& server, bool greets,
                             const TlsClient* tls) noexcept {
    tls_ = tls;
    state_ = State::connecting;
    greets_ = greets;
    int error = tcp::connect(server, socket_);
    if (error == 0) error = watch_.start(socket_.get(), EPOLLOUT);
    if (error < 0) end(LoadEnd::unreachable, -error);
}

void LoadConnection::on_connected() noexcept {
    if (const int error = tcp::take_error(socket_.get()); error != 0) {
        end(LoadEnd::unreachable, error);
        return;
    }
    const int on = 1;
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (tls_ == nullptr) {
        await_greeting();
        return;
    }
    state_ = State::shaking_hands;
    session_ = tls_->begin(socket_.get());
    listener_.on_handshake_begun();
    shake_hands();
}

void LoadConnection::shake_hands() noexcept {
    int error = 0;
    switch (session_->shake_hands()) {
        case tls::Session::Progress::done:
            listener_.on_handshake_over(true);
            await_greeting();
            return;
        case tls::Session::Progress::wants_input:
            error = watch_.set_interest(EPOLLIN);
            break;
        case tls::Session::Progress::wants_output:
            error = watch_.set_interest(EPOLLOUT);
            break;
        case tls::Session::Progress::failed:
            on_handshake_failed();
            return;
    }
    if (error < 0) end(LoadEnd::lost, -error);
}

void LoadConnection::on_handshake_failed() noexcept {
    const tls::Failure failure = session_->failure();
    const std::string line =
        failure == tls::Failure::not_tls ? plain_refusal(*session_, socket_.get()) : std::string{};
    if (line.empty()) {
        end(LoadEnd::distrusted, 0, tls_failure_text(failure));
    } else {
        end(LoadEnd::refused, 0, reply::parse(line).text);
    }
}

void LoadConnection::await_greeting() noexcept {
    if (const int error = watch_.set_interest(EPOLLIN); error < 0) {
        end(LoadEnd::lost, -error);
        return;
    }
    state_ = State::greeting;
    if (!greets_) {
        open(false);
    } else {
        greeting_timer_.arm_in(GREETING_WAIT);
    }
}

void LoadConnection::open(bool greeted) noexcept {
    greeting_timer_.cancel();
    state_ = State::open;
    was_open_ = true;
    listener_.on_open(*this, greeted);
}

void LoadConnection::leave() noexcept {
    state_ = State::leaving;
    if (lock_step_ && in_flight() > 0) {
        // A `bye` would be appended to the unterminated message in flight.
        if (session_ != nullptr) session_->close();
        sys::shutdown_write(socket_.get());
        return;
    }
    constexpr std::string_view BYE = "bye\n";
    // A few bytes always fit, unless the connection is broken; the next read reports that.
    static_cast<void>(transmit(BYE));
}

void LoadConnection::close() noexcept {
    greeting_timer_.cancel();
    watch_.stop();
    if (session_ != nullptr && was_open_) session_->close();
    session_.reset();
    socket_.reset();
    state_ = State::over;
}

void LoadConnection::end(LoadEnd end, int error, std::string_view reason) noexcept {
    if (state_ == State::shaking_hands) listener_.on_handshake_over(false);
    const LoadEnd told = state_ == State::leaving ? LoadEnd::left : end;
    close();
    listener_.on_end(*this, told, error, reason);
}

// --- The conversation ---------------------------------------------------------------------------

void LoadConnection::on_ready(std::uint32_t events) noexcept {
    if (state_ == State::connecting) {
        on_connected();
        return;
    }
    if (state_ == State::shaking_hands) {
        shake_hands();
        return;
    }
    // TLS may have to write before it can go on to read.
    if (session_ != nullptr || (events & ~std::uint32_t{EPOLLOUT}) != 0) read();
    if (over() || (events & EPOLLOUT) == 0) return;
    flush();
    if (is_open() && !blocked()) listener_.on_room(*this);
}

// `input_` holds more than a TLS record, so no decrypted bytes stay behind.
ssize_t LoadConnection::receive() noexcept {
    if (session_ != nullptr) return session_->recv(input_);
    return sys::recv(socket_.get(), input_.data(), input_.size());
}

ssize_t LoadConnection::transmit(std::string_view bytes) noexcept {
    if (session_ == nullptr) return sys::send(socket_.get(), bytes.data(), bytes.size());
    return bytes.empty() ? session_->flush() : session_->send(bytes);
}

// TLS keeps what it has taken until the socket has room for it.
bool LoadConnection::waits_for_room() const noexcept {
    return unsent_ > 0 || (session_ != nullptr && session_->wants_output());
}

void LoadConnection::on_input_end(int error) noexcept {
    if (error == EPROTO && session_ != nullptr && is_about_our_certificate(session_->failure())) {
        end(LoadEnd::distrusted, 0, tls_failure_text(session_->failure()));
        return;
    }
    if (error == 0 && session_ != nullptr && session_->truncated()) error = ECONNABORTED;
    end(error == 0 ? LoadEnd::closed : LoadEnd::lost, error);
}

void LoadConnection::read() noexcept {
    const ssize_t size = receive();
    if (size == -EAGAIN) return;
    if (size <= 0) {
        // A failed send has consumed the socket's error, so that recv() reports only the end.
        on_input_end(size < 0 ? static_cast<int>(-size) : broken_);
        return;
    }
    std::string_view data{input_.data(), static_cast<std::size_t>(size)};
    LinePiece piece;
    while (splitter_.next(data, piece)) {
        if (piece.end == LineEnd::line) take_line(piece.text);
        if (over()) return;
    }
    if (is_open() && !blocked()) listener_.on_room(*this);
}

void LoadConnection::take_line(std::string_view line) noexcept {
    const reply::Reply reply = reply::parse(line);
    switch (reply.kind) {
        case reply::Kind::stored:
        case reply::Kind::not_stored: {
            const std::uint64_t first = std::max(reply.messages.first, answered_ + 1);
            const std::uint64_t last = std::min(reply.messages.last, sent_);
            if (reply.messages.first == 0 || first > last) break;
            const std::uint64_t skipped = first - (answered_ + 1);
            answered_ = last;
            listener_.on_answer(*this, first, last, skipped, reply);
            break;
        }
        case reply::Kind::ready:
            if (state_ == State::greeting) open(true);
            break;
        case reply::Kind::ended:
            end(LoadEnd::refused, 0, reply.text);
            break;
        case reply::Kind::bye:
            if (state_ == State::leaving) end(LoadEnd::left, 0);
            break;
        case reply::Kind::notice:
        case reply::Kind::other:
            break;
    }
}

std::uint64_t LoadConnection::batch() const noexcept {
    constexpr std::size_t LARGEST_SEND = 64 * 1024;
    const std::size_t bytes = std::min(LARGEST_SEND, corpus_.bytes().size() - next_);
    return std::max<std::uint64_t>(bytes / corpus_.stride(), 1);
}

void LoadConnection::send(std::uint64_t count) noexcept {
    sent_ += count;
    unsent_ += count * corpus_.stride();
    flush();
}

void LoadConnection::flush() noexcept {
    if (broken_ != 0) return;
    while (waits_for_room()) {
        const ssize_t size = transmit(corpus_.bytes().substr(next_, unsent_));
        if (size == -EAGAIN) break;
        if (size < 0) {
            // Read what the server sent before it closed: it may say why.
            broken_ = static_cast<int>(size == -EPIPE ? ECONNRESET : -size);
            break;
        }
        next_ += static_cast<std::size_t>(size);
        unsent_ -= static_cast<std::size_t>(size);
        if (size == 0) break;
    }
    if (next_ == corpus_.bytes().size()) next_ = 0;
    const bool waits = waits_for_room() && broken_ == 0;
    const int error = watch_.set_interest(waits ? EPOLLIN | EPOLLOUT : EPOLLIN);
    if (error < 0) end(LoadEnd::lost, -error);
}

}  // namespace hark
