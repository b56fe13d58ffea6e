// What an operator sees and does.
#include "common/net/tcp.hpp"
#include "common/protocol/reply.hpp"
#include "common/text/printable.hpp"
#include "daemon/connection/connection.hpp"
#include "daemon/connection/connection_context.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

namespace hark {

namespace {

// The most bytes of operators' lines that may wait for the next reply.
constexpr std::size_t MAX_WAITING = 4096;

}  // namespace

Connection::Figures Connection::figures() {
    const Identity* const identity = stream_.identity();
    const bool known = charset_mode_ != CharsetMode::automatic || proof_ != Proof::none;
    return {.number = number_,
            .peer = peer_.text(),
            .via = identity == nullptr ? std::string_view{} : identity->via,
            .certificate = identity == nullptr ? std::string_view{} : identity->certificate,
            .local = tcp::local_address(stream_.fd()).text(),
            .age = context_.loop.now() - opened_,
            .idle = context_.clock.now() - last_read_,
            .messages = messages_,
            .bytes = bytes_,
            .charset = known ? context_.decoder.name(charset()) : std::string_view{},
            .framing = framer().habit(),
            .replies = profile_.replies,
            .reading = outbox_ == nullptr || !outbox_->blocked(),
            .limited = waiting_,
            .unread_replies = outbox_ == nullptr ? 0 : outbox_->unread()};
}

// The peer's charset; UTF-8 if nothing is known.
CharsetMode Connection::charset() const noexcept {
    if (charset_mode_ != CharsetMode::automatic) return charset_mode_;
    return proof_ == Proof::gb18030 ? CharsetMode::gb18030 : CharsetMode::utf8;
}

Status Connection::append_words(std::string& into, std::string_view code, std::string_view words) {
    std::string line;
    if (!context_.decoder.encode(printable(words), charset(), line)) {
        return Status::failed("its charset lacks a character of it");
    }
    if (line.size() > reply::MAX_WORDS) {
        return Status::failed(fmt::format("it has {} bytes in its charset, and {} may be said",
                                          line.size(), reply::MAX_WORDS));
    }
    into.append(code).append(line).append("\r\n");
    return {};
}

Status Connection::say(std::string_view text) {
    if (state_ != State::open) return Status::failed("it is leaving");
    if (profile_.replies != ReplyMode::text) {
        return Status::failed(
            fmt::format(R"(its listener sends no text (replies = "{}"))", name(profile_.replies)));
    }
    if (output_dead_) return Status::failed("it is gone");
    if (outbox_ != nullptr && outbox_->blocked())
        return Status::failed("it does not read what it is sent");
    if (outbox_ != nullptr && outbox_->lines().size() >= MAX_WAITING)
        return Status::failed("too much waits for it");
    std::string line;
    if (Status status = append_words(line, reply::OPERATOR, text); !status.ok()) return status;
    // A peer that waits for one reply to each send gets both in one; also while the sniffer has not
    // decided on its first bytes.
    const bool tail = framer().pending() || holds_input_;
    if (pending_replies_ > 0 || (tail && framer().habit() != Framing::line)) {
        outbox().lines().append(line);
    } else {
        send(line);
    }
    return output_dead_ ? Status::failed("it is gone") : Status{};
}

Status Connection::kick(std::string_view reason) {
    if (state_ != State::open) return Status::failed("it is leaving");
    std::string line;
    if (!reason.empty() && profile_.replies == ReplyMode::text) {
        if (Status status = append_words(line, "421 kicked: ", reason); !status.ok()) return status;
    }
    // It may go on sending forever, so only what has arrived by now is read.
    const auto unread = static_cast<std::uint64_t>(std::max(stream_.unread(), 0));
    context_.kicks[number_] = {.due = bytes_ + unread, .last_words = std::move(line)};
    state_ = State::kicked;
    reason_ = Reason::kicked;
    end_wait();
    if (state_ != State::kicked) return {};
    update_interest();
    const bool reads = context_.reads() && read(1) == ReadOutcome::done;
    if (reads || unread == 0) {
        go_on_kicking();
    } else {
        park();
    }
    return {};
}

// The rest is read like all input, in its turn and only while the log takes records.
void Connection::go_on_kicking() noexcept {
    if (state_ != State::kicked) return;
    if (bytes_ < context_.kicks[number_].due && stream_.unread() > 0) return;
    flush(End::kicked);
    // It may have left by itself.
    if (state_ == State::kicked) begin_close(Reason::kicked);
}

}  // namespace hark
