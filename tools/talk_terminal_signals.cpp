// Signals at the terminal: Ctrl-C, its size, and job control.
#include "common/loop/event_loop.hpp"
#include "tools/talk_terminal.hpp"

#include <algorithm>

#include <signal.h>

namespace hark {

namespace {

// The signal that is to end us, if one comes in a moment: a shell that ends a stopped job continues
// it, and sends the signal before or after that. 0: none.
int wait_for_end() noexcept {
    constexpr timespec MOMENT{0, 100'000'000};
    sigset_t ends;
    ::sigemptyset(&ends);
    for (const int signal : {SIGTERM, SIGHUP, SIGINT, SIGQUIT}) ::sigaddset(&ends, signal);
    return std::max(::sigtimedwait(&ends, nullptr, &MOMENT), 0);
}

}  // namespace

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
    output_.finish(LAST_WORDS);
    editor_.suspend();
    // The signal again, with what it does by itself: here we stop, until SIGCONT.
    sigset_t stop;
    ::sigemptyset(&stop);
    ::sigaddset(&stop, SIGTSTP);
    ::raise(SIGTSTP);
    ::pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);
    ::pthread_sigmask(SIG_BLOCK, &stop, nullptr);
    resume();
}

// Continued in the background there is nothing to do but to wait for the foreground, or to end.
void TalkTerminal::resume() {
    while (!LineEditor::in_foreground()) {
        if (const int signal = wait_for_end(); signal != 0) {
            session_.interrupt(signal);
            return;
        }
        if (!LineEditor::in_foreground()) ::raise(SIGSTOP);
    }
    editor_.resume();
    take_size();
    prompt_.forget();
    output_.write("\r");
    redraw_soon();
}

}  // namespace hark
