#include "tools/talk/talk_terminal.hpp"

#include "common/locale/i18n.hpp"
#include "common/loop/event_loop.hpp"
#include "common/protocol/bye.hpp"
#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/terminal/capabilities.hpp"
#include "tools/terminal/terminal_text.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fmt/core.h>
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace hark {

namespace {

constexpr std::string_view PROMPT = "hark> ";
constexpr std::string_view CLEAR_SCREEN = "\x1B[H\x1B[2J";
constexpr std::string_view YELLOW = "\x1B[33m";

bool wants_colour() {
    const char* const refused = std::getenv("NO_COLOR");
    return refused == nullptr || *refused == '\0';
}

std::string printable(std::wstring_view line) {
    std::string text;
    for (const wchar_t character : line) text += glyph_of(character).text;
    return text;
}

}  // namespace

TalkTerminal::TalkTerminal(EventLoop& loop, const TalkOptions& options, TalkEnd& end)
    : loop_{loop},
      options_{options},
      in_colour_{wants_colour()},
      history_{LineHistory::default_path(), LineEditor::HISTORY_LINES},
      prompt_{PROMPT},
      signals_{loop,
               {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT},
               method<&TalkTerminal::on_signal>(*this)},
      output_{loop,
              STDOUT_FILENO,
              {.on_room = method<&TalkTerminal::on_output_room>(*this),
               .on_empty = {},
               .on_error = method<&TalkTerminal::on_output_error>(*this)}},
      session_{loop, *this, options, TalkSession::Patience::person, end},
      input_watch_{loop, method<&TalkTerminal::on_input>(*this)},
      draw_task_{loop, Stage::respond, method<&TalkTerminal::draw>(*this)} {
    for (const std::string& line : history_.load()) editor_.remember(to_wide(line));
}

void TalkTerminal::start() {
    take_size();
    session_.start();
    const int error = input_watch_.start(STDIN_FILENO, EPOLLIN);
    if (error < 0) throw SystemError{-error, N_("cannot read the terminal")};
    redraw_soon();
}

// --- Keys ---------------------------------------------------------------------------------------

void TalkTerminal::on_input(std::uint32_t) noexcept {
    std::array<char, 4096> bytes;
    const ssize_t size = sys::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (size == -EAGAIN) return;
    if (size <= 0) {
        // The terminal is gone; if it was ours, SIGHUP is on its way.
        input_watch_.stop();
        session_.leave();
        return;
    }
    // A pending Ctrl-C was typed before the keys that the terminal still held.
    signals_.take_pending();
    keys_.feed({bytes.data(), static_cast<std::size_t>(size)});
    take_keys();
}

void TalkTerminal::on_can_send() noexcept {
    take_keys();
}

// Keys that cannot be sent yet stay in the terminal, where Ctrl-C still works.
void TalkTerminal::take_keys() {
    std::wstring key;
    while (session_.can_send() && keys_.next(key)) press(key);
    if (session_.over()) return;
    if (session_.leaving()) {
        while (keys_.next(key)) {
        }
    }
    const bool wanted = session_.can_send() || session_.leaving();
    static_cast<void>(input_watch_.set_interest(wanted ? EPOLLIN : 0U));
    redraw_soon();
}

void TalkTerminal::press(const std::wstring& key) {
    switch (editor_.press(key)) {
        case LineEditor::Outcome::edited:
            break;
        case LineEditor::Outcome::submitted:
            submit(editor_.submitted());
            break;
        case LineEditor::Outcome::end:
            session_.leave();
            break;
        case LineEditor::Outcome::redraw:
            prompt_.forget();
            output_.write(CLEAR_SCREEN);
            break;
        case LineEditor::Outcome::full:
            if (!std::exchange(said_full_, true)) {
                on_notice(_("the line is full; further input is ignored"));
            }
            break;
    }
}

void TalkTerminal::submit(const std::wstring& line) {
    said_full_ = false;
    put_line(std::string{PROMPT} + printable(line), {});
    const std::string text = to_utf8(line);
    editor_.remember(line);
    history_.add(text);
    if (run_local_command(text)) return;
    if (is_bye(text)) {
        session_.leave();
    } else {
        session_.send(text);
    }
}

// --- Local commands -----------------------------------------------------------------------------

bool TalkTerminal::run_local_command(std::string_view line) {
    const std::string_view name = line.substr(0, line.find_last_not_of(' ') + 1);
    if (name == "/help") {
        show_help();
    } else if (name == "/quit") {
        session_.leave();
    } else if (name == "/status") {
        put_line(session_.state(), {});
    } else if (name == "/reconnect") {
        session_.reconnect();
    } else {
        return false;
    }
    return true;
}

void TalkTerminal::show_help() {
    const std::array<std::pair<const char*, const char*>, 6> entries{{
        {"/help", _("show this help")},
        {"/status", _("show the connection, and how much is acknowledged")},
        {"/reconnect", _("reconnect, and resend what was not acknowledged")},
        {"/quit, bye, Ctrl-D", _("leave")},
        {"Ctrl-C", _("clear the line; on an empty line, leave at once")},
        {"Ctrl-R", _("search the history for what is typed")},
    }};
    for (const auto& [name, meaning] : entries) {
        put_line(fmt::format("  {:<20}{}", name, meaning), {});
    }
    put_line(_("Everything else is sent, even if it begins with \"/\"."), {});
}

// --- The screen ---------------------------------------------------------------------------------

void TalkTerminal::put_line(std::string_view text, std::string_view colour) {
    const bool coloured = in_colour_ && !colour.empty();
    if (coloured) above_ += colour;
    above_ += text;
    if (coloured) above_ += NO_COLOUR;
    above_ += "\r\n";
    redraw_soon();
}

void TalkTerminal::on_server_line(const LinePiece& piece) noexcept {
    if (options_.json) {
        std::string json = text_.json(piece);
        json.pop_back();
        put_line(json, colour_of(piece));
    } else {
        put_line(text_.shown(piece), colour_of(piece));
    }
}

void TalkTerminal::on_notice(const std::string& text) noexcept {
    put_line("hark: " + text, YELLOW);
}

void TalkTerminal::draw() noexcept {
    std::string screen;
    if (!above_.empty()) {
        prompt_.erase(screen);
        screen += above_;
        above_.clear();
    }
    if (session_.leaving() || session_.over()) {
        prompt_.erase(screen);
    } else {
        prompt_.draw(screen, editor_.line(), editor_.cursor());
    }
    output_.write(charset_.encode(screen));
    session_.set_reading(output_.has_room());
}

void TalkTerminal::on_output_room() noexcept {
    session_.set_reading(true);
}

void TalkTerminal::on_output_error() noexcept {
    session_.abandon(EXIT_REFUSED, formatted(_("cannot write to the terminal: {}"),
                                             std::strerror(output_.error())));
}

void TalkTerminal::take_size() noexcept {
    prompt_.set_size(terminal_size(STDOUT_FILENO));
}

// --- The end ------------------------------------------------------------------------------------

void TalkTerminal::on_end() noexcept {
    draw();
    output_.drain(LAST_WORDS);
    loop_.stop();
}

}  // namespace hark
