// Sending messages.
#include "tools/send/sender.hpp"

#include "common/locale/i18n.hpp"
#include "common/protocol/wire_message.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"

#include <cstring>
#include <utility>

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
      pump_task_{loop, Stage::process, method<&Sender::pump>(*this)},
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
    if (!connection_.connected() || leaving_ || finished_) return;
    while (!input_ended_ && connection_.has_room() && pacing_.may_send() &&
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
    if (input_ended_ && acknowledgements_.waiting() == 0) leave();
}

void Sender::send_line(const InputLine& line) {
    // An empty message's acknowledgement has no number and may be merged with others, so it could
    // not be tracked.
    if (!is_recorded(line.text)) return;
    if (acknowledgements_.sent_messages() == 0) {
        send_first_line(line);
        return;
    }
    if (pacing_.listener() == Pacing::Listener::chunks) say_that_it_is_slow();
    wire_.clear();
    append_wire_message(wire_, line.text);
    const bool asking = options_.window > 1 && pacing_.asks(line.text) && input_->has_more();
    if (asking) wire_ += '\n';
    connection_.send(wire_);
    pacing_.sent(asking);
    acknowledgements_.sent(line.number);
    if (!timeout_.armed()) arm_timeout();
}

// If an empty line must come first, it is sent by itself: in the same read as the message, a chunk
// listener would take it as part of the message.
void Sender::send_first_line(const InputLine& line) {
    append_wire_message(wire_, line.text);
    if (const std::string_view prelude = wire_prelude(line.text); !prelude.empty()) {
        connection_.send(prelude);
        pacing_.sent_prelude();
        parked_ = wire_;
    } else {
        connection_.send(wire_);
        pacing_.sent(false);
    }
    acknowledgements_.sent(line.number);
    arm_timeout();
}

void Sender::say_that_it_is_slow() {
    if (std::exchange(said_slow_, true) || options_.json) return;
    if (options_.replies == SendOptions::Replies::none) return;
    print_error_above_bar(formatted(_("{} records each read as one message (framing = \"chunk\"), "
                                      "so messages are sent one at a time"),
                                    server_));
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
        case InputLine::Fault::telnet:
            text =
                _("line {}: not sent, harkd would mistake bytes in it for telnet (FF FB or FF FD)");
            break;
        case InputLine::Fault::none:
            return;
    }
    status_ = EXIT_USAGE;
    print_error_above_bar(formatted(text, line.number));
}

void Sender::leave() {
    leaving_ = true;
    timeout_.cancel();
    farewell_.arm_in(FAREWELL);
    if (replies_) {
        said_bye_ = true;
        connection_.send("bye\n");
    } else if (pacing_.listener() == Pacing::Listener::bytes) {
        // There, `bye` would be a message.
        connection_.end_output();
    }
    // Otherwise nothing has been sent, and the greeting may still come.
}

}  // namespace hark
