#include "tools/top/top_terminal.hpp"

#include "common/locale/i18n.hpp"
#include "common/locale/translated.hpp"
#include "common/loop/event_loop.hpp"
#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"
#include "tools/cli/exit_status.hpp"
#include "tools/cli/report.hpp"
#include "tools/terminal/bar_graph.hpp"
#include "tools/terminal/capabilities.hpp"
#include "tools/terminal/colour.hpp"
#include "tools/terminal/columns.hpp"
#include "tools/terminal/job_control.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/core.h>
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace hark {

namespace {

// Enter the alternate screen and hide the cursor; and undo that.
constexpr std::string_view ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J";
constexpr std::string_view LEAVE = "\x1b[0m\x1b[?25h\x1b[?1049l";
constexpr std::string_view PLAIN = "\x1b[0m";

std::string_view sequence_of(TopLine::Style style) noexcept {
    switch (style) {
        case TopLine::Style::plain:
            break;
        case TopLine::Style::title:
            return "\x1b[1m";
        case TopLine::Style::trouble:
            return "\x1b[31m";
    }
    return {};
}

}  // namespace

TopTerminal::TopTerminal(EventLoop& loop, const TopOptions& options)
    : loop_{loop},
      in_colour_{wants_colour(STDOUT_FILENO)},
      signals_{loop,
               {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT},
               method<&TopTerminal::on_signal>(*this)},
      output_{loop,
              STDOUT_FILENO,
              {.on_room = method<&TopTerminal::on_output_room>(*this),
               .on_empty = {},
               .on_error = method<&TopTerminal::on_output_error>(*this)}},
      input_watch_{loop, method<&TopTerminal::on_input>(*this)},
      draw_task_{loop, Stage::respond, method<&TopTerminal::draw>(*this)},
      poller_{loop, *this, options.control} {
    look_.blocks = has_blocks(charset_);
}

TopTerminal::~TopTerminal() {
    leave();
}

int TopTerminal::run() {
    take_size();
    poller_.start();
    if (!finished_) loop_.run();
    leave();
    print_error(complaint_);
    return status_;
}

// --- The daemon ---------------------------------------------------------------------------------

void TopTerminal::on_sample(TopSample& sample) noexcept {
    look_.trouble.clear();
    if (!look_.paused || model_.empty()) model_.take(sample);
    enter();
    draw_task_.schedule();
}

void TopTerminal::on_lost(const ControlFailure& failure) noexcept {
    if (model_.empty()) {
        complaint_ = failure.text;
        finish(failure.status);
        return;
    }
    look_.trouble = formatted(_("{}; trying again"), failure.text);
    draw_task_.schedule();
}

// --- The terminal -------------------------------------------------------------------------------

void TopTerminal::enter() {
    if (modes_ || finished_) return;
    try {
        modes_.emplace();
    } catch (const SystemError& problem) {
        complaint_ = in_user_language(problem);
        finish(EXIT_REFUSED);
        return;
    }
    output_.write(ENTER);
    if (const int error = input_watch_.start(STDIN_FILENO, EPOLLIN); error < 0) {
        complaint_ = std::strerror(-error);
        finish(EXIT_REFUSED);
    }
}

void TopTerminal::leave() noexcept {
    if (!modes_) return;
    input_watch_.stop();
    if (is_in_foreground()) {
        output_.write(LEAVE);
        output_.drain(LAST_WORDS);
    }
    modes_.reset();
}

void TopTerminal::take_size() noexcept {
    const TerminalSize size = terminal_size(STDOUT_FILENO);
    look_.columns = size.columns;
    look_.rows = size.rows;
}

void TopTerminal::draw() noexcept {
    if (!modes_ || finished_ || !output_.has_room()) return;
    std::string screen;
    std::size_t row = 0;
    for (const TopLine& line : top_lines(model_, look_, charset_)) {
        const std::string_view style = in_colour_ ? sequence_of(line.style) : std::string_view{};
        screen += fmt::format("\x1b[{};1H{}{}{}", ++row, style, line.text,
                              style.empty() ? std::string_view{} : PLAIN);
        // In a full row, the cursor is on its last character.
        if (columns_of(line.text) < look_.columns) screen += "\x1b[K";
    }
    output_.write(charset_.encode(screen));
}

void TopTerminal::on_output_error() noexcept {
    complaint_ = formatted(_("cannot write to the terminal: {}"), std::strerror(output_.error()));
    finish(EXIT_REFUSED);
}

// --- The person ---------------------------------------------------------------------------------

void TopTerminal::on_input(std::uint32_t) noexcept {
    std::array<char, 256> bytes;
    const ssize_t size = sys::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (size == -EAGAIN) return;
    if (size <= 0) {
        // The terminal is gone.
        finish(EXIT_KILLED_BY + SIGHUP);
        return;
    }
    keys_.feed({bytes.data(), static_cast<std::size_t>(size)});
    std::wstring key;
    while (!finished_ && keys_.next(key)) press(key);
}

void TopTerminal::press(const std::wstring& key) {
    constexpr std::wstring_view CTRL_L{L"\x0C"};
    if (key == L"q" || key == L"Q") {
        finish(EXIT_DONE);
    } else if (key == L"s") {
        model_.set_order(next(model_.order()));
    } else if (key == L"p") {
        look_.paused = !look_.paused;
    } else if (key == CTRL_L) {
        output_.write(ENTER);
    }
    draw_task_.schedule();
}

void TopTerminal::on_signal(int signal) noexcept {
    if (finished_) return;
    switch (signal) {
        case SIGWINCH:
            take_size();
            if (modes_) output_.write("\x1b[2J");
            draw_task_.schedule();
            break;
        case SIGTSTP:
            suspend();
            break;
        case SIGCONT:
            resume();
            break;
        default:
            finish(EXIT_KILLED_BY + signal);
            break;
    }
}

void TopTerminal::suspend() {
    if (modes_) {
        output_.write(LEAVE);
        output_.drain(LAST_WORDS);
        modes_->suspend();
    }
    stop_job();
    resume();
}

void TopTerminal::resume() {
    if (const int signal = wait_for_foreground(); signal != 0) {
        finish(EXIT_KILLED_BY + signal);
        return;
    }
    take_size();
    if (!modes_) return;
    modes_->resume();
    output_.write(ENTER);
    draw_task_.schedule();
}

void TopTerminal::finish(int status) noexcept {
    finished_ = true;
    status_ = status;
    poller_.stop();
    loop_.stop();
}

}  // namespace hark
