// Sending messages and receiving replies.
#include "tools/send/sender.hpp"

#include "common/locale/i18n.hpp"
#include "common/protocol/wire_message.hpp"
#include "common/text/printable.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"
#include "tools/peer/reply_json.hpp"

#include <cstring>

#include <unistd.h>

namespace hark {

namespace {

bool wants_replies(const SendOptions& options, bool terminal) noexcept {
    if (options.json || options.replies == SendOptions::Replies::all) return true;
    return options.replies == SendOptions::Replies::automatic && terminal && !options.texts.empty();
}

}  // namespace

Sender::Sender(EventLoop& loop, const SendOptions& options)
    : loop_{loop},
      options_{options},
      server_{options.server.text()},
      terminal_{::isatty(STDOUT_FILENO) == 1},
      prints_replies_{wants_replies(options, terminal_)},
      connection_{loop, *this},
      output_{loop,
              STDOUT_FILENO,
              {.on_room = method<&Sender::on_output>(*this),
               .on_empty = method<&Sender::on_output>(*this),
               .on_error = method<&Sender::on_output>(*this)}},
      bar_{loop, STDERR_FILENO, method<&Sender::progress>(*this)},
      timeout_{loop, method<&Sender::on_timeout>(*this)},
      farewell_{loop, method<&Sender::on_farewell_over>(*this)} {
    if (from_command_line()) {
        input_ = std::make_unique<TextLines>(options.texts);
    } else {
        input_ = std::make_unique<FileLines>(loop, STDIN_FILENO, method<&Sender::pump>(*this));
    }
}

// --- Sending ------------------------------------------------------------------------------------

void Sender::on_connected(const SocketAddress&) noexcept {
    if (!prints_replies_ && options_.replies != SendOptions::Replies::none) bar_.start();
    arm_timeout();
    pump();
}

void Sender::pump() noexcept {
    if (!connection_.connected() || said_bye_ || finished_) return;
    while (!input_ended_ && connection_.has_room() &&
           acknowledgements_.waiting() < options_.window) {
        InputLine line;
        const InputLines::State state = input_->next(line);
        if (state == InputLines::State::none) return;
        if (state == InputLines::State::line) {
            last_line_ = line.number;
            line.fault == InputLine::Fault::none ? send_line(line) : refuse_line(line);
            continue;
        }
        input_ended_ = true;
        if (state == InputLines::State::trouble) {
            status_ = EXIT_USAGE;
            print_error_above_bar(
                formatted(_("cannot read standard input: {}"), std::strerror(input_->error())));
        }
    }
    if (input_ended_ && acknowledgements_.waiting() == 0) say_bye();
}

void Sender::send_line(const InputLine& line) {
    // An empty message's acknowledgement has no number and may be merged with others, so it could
    // not be tracked.
    if (!is_recorded(line.text)) return;
    wire_.clear();
    if (acknowledgements_.sent_messages() == 0) wire_ += wire_prelude(line.text);
    append_wire_message(wire_, line.text);
    connection_.send(wire_);
    acknowledgements_.sent(line.number);
    if (!timeout_.armed()) arm_timeout();
}

void Sender::refuse_line(const InputLine& line) {
    const char* text = nullptr;
    switch (line.fault) {
        case InputLine::Fault::nul:
            text = _("line {}: not sent, it contains a NUL");
            break;
        case InputLine::Fault::length:
            text = _("line {}: not sent, it is longer than 1 MiB");
            break;
        case InputLine::Fault::charset:
            text = _("message {}: not sent, it is not valid in the locale's charset");
            break;
        case InputLine::Fault::none:
            return;
    }
    status_ = EXIT_USAGE;
    print_error_above_bar(formatted(text, line.number));
}

void Sender::say_bye() {
    said_bye_ = true;
    timeout_.cancel();
    connection_.send("bye\n");
    farewell_.arm_in(FAREWELL);
}

// --- Receiving ----------------------------------------------------------------------------------

void Sender::on_line(const LinePiece& piece) noexcept {
    // An incomplete line is not a reply: its number might have had more digits.
    const reply::Reply reply =
        piece.end == LineEnd::line ? reply::parse(piece.text) : reply::Reply{};
    show(piece, reply.kind);
    take_reply(reply);
}

void Sender::take_reply(const reply::Reply& reply) {
    switch (reply.kind) {
        case reply::Kind::stored:
            if (reply.messages.first == 0) break;
            if (acknowledgements_.answered({reply.messages.first, reply.messages.last}).empty()) {
                break;
            }
            arm_timeout();
            pump();
            break;
        case reply::Kind::not_stored:
            take_not_stored(reply);
            break;
        case reply::Kind::ended: {
            std::string reason;
            append_printable(reason, server_text_.decode({reply.text, LineEnd::line}));
            if (said_bye_) {
                finish(status_, {});
            } else {
                finish(EXIT_REFUSED, formatted(_("{} ended the connection: {}"), server_, reason));
            }
            break;
        }
        case reply::Kind::bye:
            if (said_bye_) finish(status_, {});
            break;
        case reply::Kind::ready:
        case reply::Kind::notice:
        case reply::Kind::other:
            break;
    }
}

void Sender::take_not_stored(const reply::Reply& reply) {
    const auto lines = acknowledgements_.answered({reply.messages.first, reply.messages.last});
    if (lines.empty()) return;
    status_ = EXIT_REFUSED;
    std::string reason;
    append_printable(reason, server_text_.decode({reply.text, LineEnd::line}));
    const char* const text =
        from_command_line() ? _("not stored, messages {}: {}") : _("not stored, lines {}: {}");
    print_error_above_bar(formatted(text, text_of(lines), reason));
    arm_timeout();
    pump();
}

void Sender::show(const LinePiece& piece, reply::Kind kind) {
    const bool quiet = options_.replies == SendOptions::Replies::none && !options_.json;
    const bool to_output = prints_replies_ || (kind == reply::Kind::notice && terminal_ && !quiet);
    if (to_output) {
        bar_.clear();
        if (options_.json) {
            output_.write(reply_json(server_text_.decode(piece), piece.end));
        } else {
            output_.write(charset_.encode(server_text_.printable(piece) + "\n"));
        }
        on_output();
    } else if (kind == reply::Kind::other && !quiet && strange_lines_ < MOST_STRANGE_LINES) {
        ++strange_lines_;
        print_error_above_bar(
            formatted(_("not a reply from harkd: {}"), server_text_.printable(piece)));
    }
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
