// How a conversation ends, normally or not.
#include "common/locale/i18n.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"
#include "tools/send/sender.hpp"

namespace hark {

int Sender::run() {
    signals_.emplace(loop_, method<&Sender::on_signal>(*this));
    connection_.open(options_.server);
    arm_timeout();
    loop_.run();
    return status_;
}

void Sender::on_signal(int signal) noexcept {
    if (!finished_) finish(EXIT_DONE, _("interrupted"));
    status_ = EXIT_KILLED_BY + signal;
    loop_.stop();
}

void Sender::arm_timeout() noexcept {
    taken_ = connection_.taken();
    const bool waits = !connection_.connected() || acknowledgements_.waiting() > 0;
    if (waits && !said_bye_ && !finished_ && options_.timeout > Duration::zero()) {
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
    const char* const text = connection_.connected() ? _("{} acknowledged nothing for {} s")
                                                     : _("cannot connect to {} within {} s");
    finish(EXIT_UNREACHABLE, formatted(text, server_, seconds));
}

void Sender::on_disconnected(Disconnect reason, const std::string& why) noexcept {
    if (said_bye_) {
        finish(status_, {});
        return;
    }
    const char* text = nullptr;
    switch (reason) {
        case Disconnect::no_address:
            text = _("cannot find {}: {}");
            break;
        case Disconnect::unreachable:
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

void Sender::finish(int status, const std::string& why) noexcept {
    finished_ = true;
    status_ = status;
    connection_.close();
    timeout_.cancel();
    farewell_.cancel();
    bar_.stop();
    if (!why.empty()) print_error(why + left_over());
    if (output_.empty()) loop_.stop();
}

std::string Sender::left_over() {
    std::string text;
    if (acknowledgements_.waiting() > 0) {
        const char* const format = from_command_line() ? _("; not acknowledged: messages {}")
                                                       : _("; not acknowledged: lines {}");
        text += formatted(format, text_of(acknowledgements_.waiting_lines()));
    }
    InputLine line;
    const bool more = !input_ended_ && input_->next(line) != InputLines::State::end;
    if (more && last_line_ == 0) {
        text += _("; nothing was sent");
    } else if (more) {
        const char* const format = from_command_line() ? _("; messages after {} were not sent")
                                                       : _("; lines after {} were not sent");
        text += formatted(format, last_line_);
    }
    return text;
}

void Sender::print_error_above_bar(const std::string& text) {
    bar_.clear();
    print_error(text);
}

}  // namespace hark
