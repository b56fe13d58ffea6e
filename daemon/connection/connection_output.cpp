// Replies on their way to the peer: those that it takes, and those that wait until it does.
#include "daemon/connection/connection.hpp"
#include "daemon/connection/connection_context.hpp"

#include <cerrno>

namespace hark {

namespace {

// The most bytes of replies that may wait for a pending message (Framer::holds_replies()).
constexpr std::size_t HOLD_BYTES = 2048;

// How long a peer may read nothing when only its unread replies keep the connection open.
constexpr Duration UNREAD_PATIENCE = std::chrono::seconds{30};

// Whether a socket's error says that the peer, or its network, is gone.
bool is_unreachable(int error) noexcept {
    return error == ETIMEDOUT || error == EHOSTUNREACH || error == ENETUNREACH;
}

}  // namespace

Outbox& Connection::outbox() {
    if (outbox_ == nullptr) outbox_ = std::make_unique<Outbox>();
    return *outbox_;
}

void Connection::enqueue_reply(PendingReply::Kind kind) {
    context_.replies.enqueue(*this, kind, context_.log.appended());
}

void Connection::deliver(std::span<const PendingReply> batch, unsigned finished,
                         const RefusedRecords* refusal) noexcept {
    pending_replies_ -= finished;
    if (state_ == State::retired) {
        if (pending_replies_ == 0) context_.connections.reap_soon();
        return;
    }
    const bool farewell = batch.back().kind == PendingReply::Kind::farewell;
    if (output_dead_) {
        if (farewell) linger();
        return;
    }
    if (farewell) said_farewell_ = true;
    if (profile_.replies != ReplyMode::text) {
        if (profile_.replies == ReplyMode::ack) deliver_acks(batch, refusal);
        after_output();
        return;
    }
    if (outbox_ != nullptr && outbox_->blocked()) {
        for (const PendingReply& reply : batch) merge_reply(reply, refusal);
        after_output();
        return;
    }
    std::string& text = context_.output;
    text.clear();
    if (outbox_ != nullptr) {
        outbox_->render(text);
        outbox_.reset();
    }
    const std::size_t replies_at = text.size();
    for (const PendingReply& reply : batch) append_reply(text, reply, refusal);
    if (receives() && framer().holds_replies() && text.size() < HOLD_BYTES) {
        if (!text.empty()) outbox().lines() = text;
        return;
    }
    const std::size_t sent = write(text);
    if (sent < text.size() && !output_dead_) keep_unsent(batch, refusal, replies_at, sent);
    update_interest();
    after_output();
}

// context_.output holds `batch` from `replies_at` on, a line for each message, and its first `sent`
// bytes have left. A line that has left in part is kept as text, the replies after it as data.
void Connection::keep_unsent(std::span<const PendingReply> batch, const RefusedRecords* refusal,
                             std::size_t replies_at, std::size_t sent) {
    const std::string text = std::move(context_.output);
    context_.output.clear();
    outbox().block();
    if (sent < replies_at) outbox_->lines().append(text, sent, replies_at - sent);
    std::size_t line = replies_at;
    for (PendingReply reply : batch) {
        if (reply.kind == PendingReply::Kind::wake) continue;
        const bool line_each = PendingReply::is_numbered(reply.kind) && refusal == nullptr;
        while (reply.count > 0 && line < sent) {
            const std::size_t end = text.find('\n', line) + 1;
            if (end > sent) outbox_->lines().append(text, sent, end - sent);
            line = end;
            if (line_each || reply.kind == PendingReply::Kind::empty) {
                ++reply.message;
                --reply.count;
            } else {
                reply.count = 0;
            }
        }
        if (reply.count > 0) merge_reply(reply, refusal);
    }
}

// Sends `text`, whole lines; what the peer does not take stays in the outbox.
void Connection::send(std::string_view text) noexcept {
    text.remove_prefix(write(text));
    if (!text.empty() && !output_dead_) {
        outbox().lines().append(text);
        outbox().block();
    }
    update_interest();
}

// Returns how many bytes of `text` the peer has taken.
std::size_t Connection::write(std::string_view text) noexcept {
    std::size_t sent = 0;
    while (sent < text.size()) {
        const ssize_t count = stream_.send(text.substr(sent));
        if (count >= 0) {
            sent += static_cast<std::size_t>(count);
            continue;
        }
        if (count == -EAGAIN) break;
        if (count == -ENOBUFS || count == -ENOMEM) {
            if (!starved_) context_.send_retry.add(number_);
            starved_ = true;
            break;
        }
        lose_output(static_cast<int>(-count));
        break;
    }
    if (sent > 0 && !unconfirmed_) {
        unconfirmed_ = true;
        context_.windows.look_soon();
    }
    return sent;
}

// The peer cannot be answered any more, but what it has sent can still be read. Reading then finds
// the end instead of the error, or else Due::lost ends the connection.
void Connection::lose_output(int error) noexcept {
    output_dead_ = true;
    unreachable_ = is_unreachable(error);
    outbox_.reset();
    if (state_ != State::open) return;
    const bool reset = error == EPIPE || error == ECONNRESET;
    reason_ = unreachable_ ? Reason::timeout : reset ? Reason::reset : Reason::error;
    if (!parked_ && !waiting_) timer_.arm(context_.loop.now());
}

void Connection::retry_output() noexcept {
    starved_ = false;
    on_room();
}

// The socket has room again.
void Connection::on_room() noexcept {
    const int error = stream_.flush();
    if (error < 0 && error != -EAGAIN) lose_output(-error);
    if (error == 0 && outbox_ != nullptr) {
        flush_outbox();
    } else {
        update_interest();
        after_output();
    }
}

void Connection::flush_outbox() noexcept {
    if (outbox_ == nullptr) return;
    std::string& text = context_.output;
    while (outbox_ != nullptr) {
        text.clear();
        outbox_->render(text);
        const std::size_t sent = write(text);
        if (output_dead_) break;  // the outbox is gone with it
        outbox_->advance(sent);
        if (sent < text.size()) {
            outbox_->block();
            break;
        }
        if (outbox_->empty()) outbox_.reset();
    }
    update_interest();
    after_output();
}

// Once the farewell has left, only draining remains.
void Connection::after_output() noexcept {
    if (state_ != State::closing || !said_farewell_) return;
    if (outbox_ == nullptr && (output_dead_ || !stream_.wants_output())) {
        linger();
    } else {
        timer_.arm_in(UNREAD_PATIENCE);
    }
}

}  // namespace hark
