// Signals at the terminal: Ctrl-C, changes of size, and job control.
#include "common/loop/event_loop.hpp"
#include "tools/talk/talk_terminal.hpp"
#include "tools/terminal/job_control.hpp"

#include <signal.h>

namespace hark {

void TalkTerminal::on_signal(int signal) noexcept {
    if (session_.over()) return;
    switch (signal) {
        case SIGINT:
            interrupt();
            break;
        case SIGWINCH:
            take_size();
            redraw_soon();
            break;
        case SIGTSTP:
            suspend();
            break;
        case SIGCONT:
            resume();
            break;
        default:
            session_.interrupt(signal);
            break;
    }
}

void TalkTerminal::interrupt() {
    if (session_.leaving() || editor_.line().empty()) {
        session_.interrupt(SIGINT);
        return;
    }
    editor_.clear();
    redraw_soon();
}

void TalkTerminal::suspend() {
    std::string screen;
    prompt_.erase(screen);
    output_.write(screen);
    output_.drain(LAST_WORDS);
    editor_.suspend();
    stop_job();
    resume();
}

// If continued in the background, wait for the foreground or for the signal that ends us.
void TalkTerminal::resume() {
    if (const int signal = wait_for_foreground(); signal != 0) {
        session_.interrupt(signal);
        return;
    }
    editor_.resume();
    take_size();
    prompt_.forget();
    output_.write("\r");
    redraw_soon();
}

}  // namespace hark
