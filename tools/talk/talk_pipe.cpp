#include "tools/talk/talk_pipe.hpp"

#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "common/protocol/bye.hpp"
#include "common/protocol/wire_message.hpp"
#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"

#include <cerrno>
#include <cstring>

#include <sys/epoll.h>
#include <unistd.h>

namespace hark {

namespace {

constexpr std::string_view LINE_ENDS{"\n\0", 2};
constexpr Duration LAST_WORDS = std::chrono::seconds{10};

}  // namespace

TalkPipe::TalkPipe(EventLoop& loop, const TalkOptions& options, TalkEnd& end)
    : loop_{loop},
      options_{options},
      end_{end},
      signals_{loop, method<&TalkPipe::on_signal>(*this)},
      output_{loop,
              STDOUT_FILENO,
              {.on_room = method<&TalkPipe::on_output_room>(*this),
               .on_empty = {},
               .on_error = method<&TalkPipe::on_output_error>(*this)}},
      session_{loop, *this, options, TalkSession::Patience::pipe, end},
      input_watch_{loop, method<&TalkPipe::on_input>(*this)},
      file_task_{loop, Stage::process, method<&TalkPipe::on_file>(*this)},
      input_is_terminal_{::isatty(STDIN_FILENO) == 1},
      output_is_terminal_{::isatty(STDOUT_FILENO) == 1} {}

void TalkPipe::start() {
    session_.start();
    int error = input_watch_.start(STDIN_FILENO, EPOLLIN);
    is_file_ = error == -EPERM;
    if (!is_file_ && error == 0) error = input_watch_.set_interest(0);
    if (!is_file_ && error < 0) throw SystemError{-error, N_("cannot read standard input")};
}

// --- The input ----------------------------------------------------------------------------------

void TalkPipe::on_input(std::uint32_t) noexcept {
    read_some();
}

void TalkPipe::on_file() noexcept {
    read_some();
}

void TalkPipe::on_can_send() noexcept {
    send_lines();
    listen_to_input();
}

void TalkPipe::listen_to_input() noexcept {
    const bool wanted = !input_ended_ && !session_.over() && session_.can_send();
    if (is_file_) {
        if (wanted) file_task_.schedule();
    } else if (!input_ended_) {
        static_cast<void>(input_watch_.set_interest(wanted ? EPOLLIN : 0U));
    }
}

void TalkPipe::read_some() {
    if (input_ended_ || session_.over()) return;
    const ssize_t size = sys::read(STDIN_FILENO, buffer_.data(), buffer_.size());
    if (size == -EAGAIN) return;
    if (size > 0) {
        input_.append({buffer_.data(), static_cast<std::size_t>(size)});
    } else {
        input_ended_ = true;
        input_watch_.stop();
        if (size < 0) {
            input_failed_ = true;
            print_error(_("cannot read standard input: {}"),
                        std::strerror(static_cast<int>(-size)));
        }
    }
    send_lines();
    listen_to_input();
}

// Sends the complete lines read, as long as the session can send; at the end of the input, the last
// partial line too.
void TalkPipe::send_lines() {
    std::string_view rest = input_.view();
    while (session_.can_send() && !rest.empty()) {
        std::size_t length = rest.find_first_of(LINE_ENDS);
        const bool ended = length != std::string_view::npos;
        if (!ended && !input_ended_ && rest.size() < LONGEST_LINE) break;
        if (!ended) length = rest.size();
        send_line(rest.substr(0, length));
        rest.remove_prefix(length + (ended ? 1 : 0));
    }
    input_.consume(input_.size() - rest.size());
    if (input_ended_ && input_.empty()) session_.leave();
}

void TalkPipe::send_line(std::string_view line) {
    ++line_number_;
    if (is_bye(line)) {
        input_ended_ = true;
        input_watch_.stop();
        session_.leave();
        return;
    }
    if (input_is_terminal_) {
        if (const auto text = charset_.decode(line)) {
            session_.send(*text);
            return;
        }
    }
    if (shows_telnet(line)) {
        refused_line_ = true;
        print_error(
            _("line {}: not sent, harkd would mistake bytes in it for telnet (FF FB or FF FD)"),
            line_number_);
        return;
    }
    session_.send(line);
}

// --- The output ---------------------------------------------------------------------------------

void TalkPipe::on_server_line(const LinePiece& piece) noexcept {
    if (options_.json) {
        if (!piece.text.empty() || piece.end == LineEnd::line) print(text_.json(piece));
        return;
    }
    print(text_.shown(piece));
    if (piece.end == LineEnd::line || piece.end == LineEnd::eof) print("\n");
}

void TalkPipe::print(std::string_view text) {
    output_.write(output_is_terminal_ ? charset_.encode(text) : text);
    if (!output_.has_room()) session_.set_reading(false);
}

void TalkPipe::on_output_room() noexcept {
    session_.set_reading(true);
}

void TalkPipe::on_output_error() noexcept {
    session_.abandon(EXIT_REFUSED, formatted(_("cannot write to standard output: {}"),
                                             std::strerror(output_.error())));
}

void TalkPipe::on_notice(const std::string& text) noexcept {
    print_error(text);
}

// --- The end ------------------------------------------------------------------------------------

void TalkPipe::on_signal(int signal) noexcept {
    session_.interrupt(signal);
}

void TalkPipe::on_end() noexcept {
    if ((input_failed_ || refused_line_) && end_.status == EXIT_DONE) end_.status = EXIT_USAGE;
    output_.drain(LAST_WORDS);
    loop_.stop();
}

}  // namespace hark
