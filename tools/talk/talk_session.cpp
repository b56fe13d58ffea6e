#include "tools/talk/talk_session.hpp"

#include "common/locale/i18n.hpp"
#include "common/locale/translated.hpp"
#include "common/loop/event_loop.hpp"
#include "common/protocol/wire_message.hpp"
#include "common/sys/error.hpp"
#include "tools/peer/byte_replies.hpp"

#include <utility>

namespace hark {

namespace {

// After this long, an unterminated line is shown: it is probably a prompt.
constexpr Duration QUIET_TIME = std::chrono::milliseconds{200};

// A server that has not said anything this long after the first line probably never will.
constexpr Duration UNHEARD_TIME = std::chrono::seconds{3};

}  // namespace

TalkSession::TalkSession(EventLoop& loop, TalkFront& front, const TalkOptions& options,
                         Patience patience, TalkEnd& end)
    : front_{front},
      options_{options},
      end_{end},
      connection_{loop, *this},
      reconnect_timer_{loop, method<&TalkSession::open>(*this)},
      silence_timer_{loop, method<&TalkSession::on_silence>(*this)},
      unheard_timer_{loop, method<&TalkSession::on_unheard>(*this)},
      patience_{patience},
      loop_{loop} {
    connection_.set_quiet_time(QUIET_TIME);
}

void TalkSession::start() {
    connection_.open(options_.server, options_.tls.get());
    if (!reading_) connection_.set_reading(false);
}

void TalkSession::open() noexcept {
    try {
        start();
    } catch (const SystemError& error) {
        on_disconnected(Disconnect::unreachable, in_user_language(error));
    }
}

void TalkSession::set_reading(bool reading) noexcept {
    if (reading_ == reading) return;
    reading_ = reading;
    connection_.set_reading(reading);
    // While we are not reading, silence means nothing.
    if (!reading) silence_timer_.cancel();
    if (reading && leaving_ && connection_.connected()) arm_silence();
}

// --- Sending ------------------------------------------------------------------------------------

bool TalkSession::can_send() const noexcept {
    if (over_ || leaving_ || !connection_.has_room()) return false;
    if (patience_ == Patience::pipe && !connection_.connected()) return false;
    return lines_.has_room() || (connection_.connected() && !acknowledges_);
}

void TalkSession::send(std::string_view line) {
    if (over_ || leaving_) return;
    if (is_recorded(line)) {
        lines_.add(line);
        if (!acknowledges_ && connection_.connected()) lines_.forget_oldest();
    }
    if (connection_.connected()) {
        transmit(line);
    } else {
        has_unsent_ = has_unsent_ || is_recorded(line);
    }
    blocked_ = blocked_ || !can_send();
}

// Lines are sent as typed: `bye` leaves, so it is not escaped.
void TalkSession::transmit(std::string_view line) {
    std::string bytes;
    if (first_line_) bytes = wire_prelude(line);
    first_line_ = false;
    if (!in_numbers_) {
        if (!bytes.empty()) order_.sent(false);
        order_.sent(is_recorded(line));
    }
    bytes.append(line) += '\n';
    connection_.send(bytes);
    if (!heard_ && !unheard_timer_.armed()) unheard_timer_.arm_in(UNHEARD_TIME);
}

void TalkSession::on_room() noexcept {
    if (!blocked_ || !can_send()) return;
    blocked_ = false;
    front_.on_can_send();
}

// --- Receiving ----------------------------------------------------------------------------------

void TalkSession::on_connected(const SocketAddress& server) noexcept {
    connected_at_ = loop_.now();
    server_ = server.text();
    first_line_ = true;
    heard_ = in_bytes_ = in_numbers_ = refused_ = parted_ = in_line_ = false;
    order_.clear();
    refusal_.clear();
    lines_.renumber();
    if (lines_.count() > 0 && connection_was_lost_) {
        front_.on_notice(formatted(
            ngettext("connected again; {} line that was not acknowledged is sent again",
                     "connected again; {} lines that were not acknowledged are sent again",
                     lines_.lines().size()),
            lines_.lines().size()));
    } else if (connection_was_lost_) {
        front_.on_notice(_("connected again"));
    }
    for (const std::string& line : lines_.lines()) transmit(line);
    has_unsent_ = false;
    if (leaving_) part();
    on_room();
}

void TalkSession::on_bytes(std::string_view bytes) noexcept {
    unheard_timer_.cancel();
    if (!std::exchange(heard_, true)) in_bytes_ = byte_reply::begins(bytes);
    if (!in_bytes_) return;
    acknowledges_ = true;
    if (!std::exchange(told_bytes_, true)) {
        front_.on_notice(_("this listener acknowledges each line with a byte, \\x06"));
    }
    for (const char byte : bytes) take_byte(byte);
    if (leaving_ && !parted_) part();
}

void TalkSession::take_byte(char byte) {
    if (byte == byte_reply::NAK) {
        refused_ = true;
        refusal_ = _("the listener sent NAK");
    } else if (byte == byte_reply::ACK && !refused_) {
        delay_.start_over();
        lines_.acknowledge(order_.acknowledge());
    }
}

void TalkSession::on_unheard() noexcept {
    if (leaving_ || std::exchange(told_unheard_, true)) return;
    front_.on_notice(
        _("no answer, not even a greeting: this listener may have replies = \"none\""));
}

void TalkSession::on_line(const LinePiece& piece) noexcept {
    const bool whole = piece.end == LineEnd::line && !in_line_;
    // The terminator of a line whose text was already shown.
    const bool only_end = in_line_ && piece.end == LineEnd::line && piece.text.empty();
    in_line_ = piece.end != LineEnd::line;
    if (whole && !in_bytes_) take_reply(reply::parse(piece.text));
    if (leaving_ && !parted_ && !in_bytes_) part();
    if (!only_end || patience_ == Patience::pipe) front_.on_server_line(piece);
    if (silence_timer_.armed()) arm_silence();
    on_room();
}

void TalkSession::take_reply(const reply::Reply& reply) {
    switch (reply.kind) {
        case reply::Kind::ready:
        case reply::Kind::stored:
            acknowledges_ = in_numbers_ = true;
            order_.clear();
            if (reply.kind == reply::Kind::ready) break;
            delay_.start_over();
            if (reply.messages.first != 0) lines_.acknowledge(reply.messages.last);
            break;
        case reply::Kind::ended:
        case reply::Kind::not_stored:
            refusal_ = text_.shown({reply.text, LineEnd::line});
            break;
        case reply::Kind::bye:
        case reply::Kind::notice:
        case reply::Kind::other:
            break;
    }
}

// --- Local commands -----------------------------------------------------------------------------

void TalkSession::reconnect() noexcept {
    if (over_ || leaving_) return;
    reconnect_timer_.cancel();
    connection_was_lost_ = connection_was_lost_ || connection_.connected();
    server_.clear();
    open();
}

std::string TalkSession::state() const {
    const std::string where = server_.empty()
                                  ? formatted(_("not connected to {}"), options_.server.text())
                                  : formatted(_("connected to {}"), server_);
    return formatted(_("{}; lines sent: {}, acknowledged: {}"), where, lines_.added(),
                     lines_.acknowledged());
}

}  // namespace hark
