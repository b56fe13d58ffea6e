// Receiving replies.
#include "common/locale/i18n.hpp"
#include "common/text/number.hpp"
#include "common/text/printable.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/peer/byte_replies.hpp"
#include "tools/peer/reply_json.hpp"
#include "tools/send/sender.hpp"

#include <cstring>
#include <optional>
#include <utility>

namespace hark {

namespace {

// "bye, 19 messages"
std::optional<std::uint64_t> total_of(std::string_view farewell) noexcept {
    constexpr std::string_view BYE = "bye, ";
    if (!farewell.starts_with(BYE)) return std::nullopt;
    farewell.remove_prefix(BYE.size());
    return take_number<std::uint64_t>(farewell);
}

}  // namespace

// --- Lines --------------------------------------------------------------------------------------

void Sender::on_line(const LinePiece& piece) noexcept {
    if (pacing_.listener() == Pacing::Listener::bytes) return;
    // An incomplete line is not a reply: its number might have had more digits.
    const reply::Reply reply =
        piece.end == LineEnd::line ? reply::parse(piece.text) : reply::Reply{};
    if (reply.kind != reply::Kind::other && reply.kind != reply::Kind::notice) replies_ = true;
    const bool in_chunks = pacing_.listener() == Pacing::Listener::chunks;
    NumberRange ours = Pacing::NONE;
    bool blank = false;
    if (reply.messages.first != 0) {
        ours = pacing_.numbered(reply.messages);
    } else if (reply.kind == reply::Kind::stored) {
        ours = pacing_.unnumbered();
        blank = ours != Pacing::NONE;
    }
    show(piece, reply.kind, !in_chunks && pacing_.listener() == Pacing::Listener::chunks);
    if (blank) {
        take_not_stored(ours, _("it was treated as an empty line"));
    } else {
        take_reply(reply, ours);
    }
}

void Sender::take_reply(const reply::Reply& reply, NumberRange ours) {
    switch (reply.kind) {
        case reply::Kind::stored:
            go_on(acknowledgements_.answered(ours));
            break;
        case reply::Kind::not_stored:
            take_not_stored(ours, printable_reason(reply));
            break;
        case reply::Kind::ended:
        case reply::Kind::bye:
            take_farewell(reply);
            break;
        case reply::Kind::ready:
            if (leaving_ && !said_bye_) leave();
            break;
        case reply::Kind::notice:
        case reply::Kind::other:
            break;
    }
}

// These lines were answered, so there may be room for more. Everything that was read together is
// processed first: there may be another reply to the same message.
void Sender::go_on(const std::vector<NumberRange>& lines) {
    const bool released = !parked_.empty() && !pacing_.waits_for_prelude();
    if (released) {
        connection_.send(std::exchange(parked_, {}));
        pacing_.sent(false);
    }
    if (released || !lines.empty()) arm_timeout();
    pump_task_.schedule();
}

void Sender::take_not_stored(NumberRange ours, const std::string& reason) {
    const auto lines = acknowledgements_.answered(ours);
    if (!lines.empty()) {
        status_ = EXIT_REFUSED;
        const char* const text =
            from_command_line() ? _("not stored, messages {}: {}") : _("not stored, lines {}: {}");
        print_error_above_bar(formatted(text, text_of(lines), reason));
    }
    go_on(lines);
}

void Sender::take_farewell(const reply::Reply& reply) {
    if (leaving_) {
        if (const auto total = total_of(reply.text); reply.kind == reply::Kind::bye && total) {
            pacing_.note_total(*total);
        }
        finish(status_, {});
    } else if (reply.kind == reply::Kind::ended) {
        const bool framed = reply.text == "bad frame";
        finish(EXIT_REFUSED,
               formatted(_("{} ended the connection: {}"), server_, printable_reason(reply)),
               framed ? _("its listener has framing = \"counted\" or \"length\", which hark send "
                          "does not support: use one with framing auto, line or chunk")
                      : tls_hint(reply.text));
    }
}

std::string Sender::printable_reason(const reply::Reply& reply) {
    std::string reason;
    append_printable(reason, server_text_.decode({reply.text, LineEnd::line}));
    return reason;
}

// --- Bytes --------------------------------------------------------------------------------------

void Sender::on_bytes(std::string_view bytes) noexcept {
    if (!std::exchange(heard_, true) && byte_reply::begins(bytes)) pacing_.begin_bytes();
    if (pacing_.listener() == Pacing::Listener::bytes) {
        for (const char byte : bytes) {
            if (!finished_) take_byte(byte);
        }
    } else if (!replies_ && first_heard_.size() < MOST_STRANGE_BYTES) {
        first_heard_ += bytes.substr(0, MOST_STRANGE_BYTES - first_heard_.size());
    }
}

void Sender::take_byte(char byte) {
    if (byte != byte_reply::ACK && byte != byte_reply::NAK) return;
    const NumberRange ours = pacing_.byte();
    if (ours != Pacing::NONE) show_byte(byte, ours.first);
    if (byte == byte_reply::NAK) {
        take_not_stored(ours, _("the listener sent NAK"));
        return;
    }
    go_on(acknowledgements_.answered(ours));
}

// --- The output ---------------------------------------------------------------------------------

void Sender::show(const LinePiece& piece, reply::Kind kind, bool shows_chunks) {
    const bool quiet = options_.replies == SendOptions::Replies::none && !options_.json;
    const bool to_output = prints_replies_ || (kind == reply::Kind::notice && terminal_ && !quiet);
    if (to_output && options_.json) {
        print(reply_json(server_text_.decode(piece), piece.end, shows_chunks ? "chunk" : ""));
    } else if (to_output) {
        print(charset_.encode(server_text_.printable(piece) + "\n"));
    } else if (kind == reply::Kind::other && !quiet && strange_lines_ < MOST_STRANGE_LINES) {
        ++strange_lines_;
        print_error_above_bar(
            formatted(_("not a reply from harkd: {}"), server_text_.printable(piece)));
    }
}

void Sender::show_byte(char byte, std::uint64_t message) {
    if (!prints_replies_) return;
    print(options_.json ? byte_reply_json(byte, message)
                        : std::string{byte == byte_reply::ACK ? "ACK\n" : "NAK\n"});
}

void Sender::print(const std::string& text) {
    bar_.clear();
    output_.write(text);
    on_output();
}

// Replies are read no faster than they are printed.
void Sender::on_output() noexcept {
    if (!output_failed_ && output_.error() != 0) {
        output_failed_ = true;
        if (output_.error() != EPIPE) {
            if (status_ == EXIT_DONE) status_ = EXIT_REFUSED;
            print_error_above_bar(formatted(_("cannot write to standard output: {}"),
                                            std::strerror(output_.error())));
        }
    }
    if (finished_) {
        if (output_.empty()) loop_.stop();
        return;
    }
    connection_.set_reading(output_.has_room());
    if (!output_.has_room()) {
        timeout_.cancel();
    } else if (!timeout_.armed()) {
        arm_timeout();
    }
}

Progress Sender::progress() noexcept {
    return {input_->progress(), acknowledgements_.sent_messages(),
            acknowledgements_.answered_messages()};
}

}  // namespace hark
