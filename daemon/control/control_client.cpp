#include "daemon/control/control_client.hpp"

#include "common/loop/event_loop.hpp"
#include "common/sys/calls.hpp"
#include "common/text/number.hpp"

#include <array>
#include <cerrno>

namespace hark {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t MAX_CALL = 64 << 10;
// Bytes of records not yet read by a follower.
constexpr std::size_t MAX_UNREAD = 256 << 10;
// For the client to complete a call, and to read a reply.
constexpr Duration PATIENCE = 30s;

}  // namespace

ControlClient::ControlClient(EventLoop& loop, ControlClientOwner& owner, UniqueFd socket,
                             Credentials credentials) noexcept
    : owner_{owner},
      socket_{std::move(socket)},
      watch_{loop, method<&ControlClient::on_ready>(*this)},
      patience_timer_{loop, method<&ControlClient::on_late>(*this)},
      credentials_{credentials},
      splitter_{MAX_CALL},
      last_call_{loop.now()},
      loop_{loop} {
    if (watch_.start(socket_.get(), EPOLLIN | EPOLLRDHUP) < 0) socket_.reset();
}

void ControlClient::on_ready(std::uint32_t events) noexcept {
    if ((events & EPOLLOUT) != 0) flush();
    if (is_over()) return;
    if ((events & (EPOLLHUP | EPOLLERR)) != 0 && (tail_ || input_ended_)) {
        close();
        return;
    }
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP)) != 0 && !input_ended_) read();
}

void ControlClient::read() noexcept {
    std::array<char, 16 << 10> bytes;
    const ssize_t count = sys::recv(socket_.get(), bytes.data(), bytes.size());
    if (count == -EAGAIN) return;
    if (count < 0) {
        close();
        return;
    }
    // A follower's stream takes no further calls.
    if (count == 0) input_ended_ = true;
    if (count > 0 && !tail_ && !splitter_.add({bytes.data(), static_cast<std::size_t>(count)})) {
        close();
        return;
    }
    take_next_call();
}

// Pending calls are answered before more is read.
void ControlClient::take_next_call() noexcept {
    if (!call_ && !tail_ && !closing_ && out_.empty()) {
        if (const auto message = splitter_.next()) {
            last_call_ = loop_.now();
            call_.emplace(*message);
            owner_.on_call(*this);
        }
    }
    update_interest();
}

void ControlClient::update_interest() noexcept {
    if (is_over()) return;
    const bool done = !call_ && !tail_ && out_.empty();
    if (done && (closing_ || input_ended_)) {
        close();
        return;
    }
    std::uint32_t events = 0;
    if (!input_ended_ && (done || tail_)) events |= EPOLLIN | EPOLLRDHUP;
    if (!out_.empty()) events |= EPOLLOUT;
    // A stream may have no record for hours; notice anyway if its follower has gone.
    if (tail_) events |= EPOLLHUP;
    // Neither an incomplete call nor an unread reply may occupy a place forever.
    const bool peer_is_due = (done && splitter_.holds_some()) || (!tail_ && !out_.empty());
    if (!peer_is_due) {
        patience_timer_.cancel();
    } else if (!patience_timer_.armed()) {
        patience_timer_.arm_in(PATIENCE);
    }
    if (watch_.set_interest(events) < 0) close();
}

void ControlClient::answer(std::string_view messages) noexcept {
    call_.reset();
    out_.append(messages);
    flush();
}

void ControlClient::answer_and_close(std::string_view messages) noexcept {
    closing_ = true;
    answer(messages);
}

void ControlClient::begin_tail(TailFilter filter) noexcept {
    call_.reset();
    tail_ = std::move(filter);
    update_interest();
}

bool ControlClient::has_room() const noexcept {
    return out_.size() < MAX_UNREAD;
}

void ControlClient::append_record(std::string_view record) {
    append_skipped();
    std::string& into = out_.back();
    into.append(R"({"parameters":{"record":)").append(record);
    into.append(R"(},"continues":true})").push_back('\0');
}

void ControlClient::append_skipped() {
    if (skipped_ == 0 || !has_room()) return;
    std::string& into = out_.back();
    into.append(R"({"parameters":{"dropped":)");
    append_number(into, std::exchange(skipped_, 0));
    into.append(R"(},"continues":true})").push_back('\0');
}

void ControlClient::flush() noexcept {
    append_skipped();
    while (!out_.empty()) {
        const ssize_t count = sys::send(socket_.get(), out_.view().data(), out_.size());
        if (count == -EAGAIN) break;
        if (count < 0) {
            close();
            return;
        }
        out_.consume(static_cast<std::size_t>(count));
    }
    // There may have been no room before; the next record may be hours away.
    append_skipped();
    if (!call_ && !tail_) {
        take_next_call();
    } else {
        update_interest();
    }
}

void ControlClient::close() noexcept {
    if (is_over()) return;
    patience_timer_.cancel();
    watch_.stop();
    socket_.reset();
    tail_.reset();
    unlink();
    owner_.on_over(*this);
}

}  // namespace hark
