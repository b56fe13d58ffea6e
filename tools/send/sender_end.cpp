// How a conversation ends, normally or not.
#include "common/locale/i18n.hpp"
#include "common/protocol/wire_message.hpp"
#include "common/text/printable.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"
#include "tools/send/sender.hpp"

namespace hark {

int Sender::run() {
    start();
    loop_.run();
    return status_;
}

void Sender::start() {
    signals_.emplace(loop_, method<&Sender::on_signal>(*this));
    connection_.open(options_.server, options_.tls.get());
    arm_timeout();
}

void Sender::on_signal(int signal) noexcept {
    if (!finished_) finish(EXIT_DONE, _("interrupted"));
    status_ = EXIT_KILLED_BY + signal;
    loop_.stop();
}

void Sender::arm_timeout() noexcept {
    taken_ = connection_.taken();
    const bool waits = !connection_.connected() || acknowledgements_.waiting() > 0;
    if (waits && !leaving_ && !finished_ && options_.timeout > Duration::zero()) {
        timeout_.arm_in(options_.timeout);
    } else {
        timeout_.cancel();
    }
}

void Sender::on_timeout() noexcept {
    // The link is so slow that messages are still being sent; the daemon is not silent.
    if (connection_.unsent() > 0 && connection_.taken() > taken_) {
        arm_timeout();
        return;
    }
    const double seconds = seconds_of(options_.timeout);
    if (connection_.connected()) {
        finish(EXIT_UNREACHABLE, formatted(_("{} acknowledged nothing for {} s"), server_, seconds),
               why_silent());
    } else {
        finish(EXIT_UNREACHABLE,
               formatted(_("cannot connect to {} within {} s"), server_, seconds));
    }
}

std::string Sender::why_silent() const {
    if (!heard_) {
        return _(
            "it has sent nothing, not even a greeting: its listener may have replies = \"none\"");
    }
    if (pacing_.listener() == Pacing::Listener::bytes) return {};
    if (!replies_) {
        return formatted(_("what it sent is not a reply that hark knows: {}"),
                         printable(first_heard_));
    }
    if (acknowledgements_.answered_messages() > 0) return {};
    return _(
        "its log may be paused, or its listener may have framing = \"delimited\", \"counted\" or "
        "\"length\", which hark send does not support");
}

void Sender::on_disconnected(Disconnect reason, const std::string& why) noexcept {
    if (leaving_) {
        finish(status_, {});
        return;
    }
    const char* text = nullptr;
    switch (reason) {
        case Disconnect::no_address:
            text = _("cannot find {}: {}");
            break;
        case Disconnect::unreachable:
        case Disconnect::distrusted:
            text = _("cannot connect to {}: {}");
            break;
        case Disconnect::closed:
            text = _("{} closed the connection");
            break;
        case Disconnect::lost:
            text = _("the connection to {} is lost: {}");
            break;
    }
    const std::string& name = reason == Disconnect::no_address ? options_.server.host : server_;
    finish(EXIT_UNREACHABLE, formatted(text, name, why));
}

void Sender::finish(int status, const std::string& why, const std::string& hint) noexcept {
    finished_ = true;
    status_ = status;
    connection_.close();
    timeout_.cancel();
    farewell_.cancel();
    bar_.stop();
    if (!why.empty()) print_error(why + left_over() + (hint.empty() ? "" : "\n" + hint));
    if (pacing_.split() > 0) report_split();
    if (output_.empty()) loop_.stop();
}

std::string Sender::left_over() {
    std::string text;
    if (acknowledgements_.waiting() > 0) {
        const char* const format = from_command_line() ? _("; not acknowledged: messages {}")
                                                       : _("; not acknowledged: lines {}");
        text += formatted(format, text_of(acknowledgements_.waiting_lines()));
    }
    const bool more = has_unsent_input();
    if (more && last_line_ == 0) {
        text += _("; nothing was sent");
    } else if (more) {
        const char* const format = from_command_line() ? _("; messages after {} were not sent")
                                                       : _("; lines after {} were not sent");
        text += formatted(format, last_line_);
    }
    return text;
}

// The input may have ended unnoticed: it is not read while a message waits.
bool Sender::has_unsent_input() {
    constexpr int MOST_READS = 16;
    if (input_ended_) return false;
    for (int reads = 0; reads < MOST_READS;) {
        InputLine line;
        const InputLines::State state = input_->next(line);
        if (state == InputLines::State::end) return false;
        if (state == InputLines::State::none) {
            if (!input_->look_ahead()) return true;
            ++reads;
        } else if (state != InputLines::State::line || line.fault != InputLine::Fault::none ||
                   is_recorded(line.text)) {
            return true;
        }
    }
    return true;
}

void Sender::report_split() {
    if (status_ == EXIT_DONE) status_ = EXIT_REFUSED;
    const std::uint64_t sent = acknowledgements_.sent_messages();
    print_error(
        _("{} recorded {} messages for the {} sent: it records each read as one message, and "
          "long messages can arrive in several reads"),
        server_, sent + pacing_.split(), sent);
}

void Sender::print_error_above_bar(const std::string& text) {
    bar_.clear();
    print_error(text);
}

}  // namespace hark
