#include "tools/terminal/job_control.hpp"

#include <algorithm>

#include <signal.h>
#include <unistd.h>

namespace hark {

namespace {

// Returns the signal that is about to end us, if one arrives soon, or 0. A shell that ends a
// stopped job continues it, and sends the signal before or after that.
int wait_for_end() noexcept {
    constexpr timespec MOMENT{0, 100'000'000};
    sigset_t ends;
    ::sigemptyset(&ends);
    for (const int signal : {SIGTERM, SIGHUP, SIGINT, SIGQUIT}) ::sigaddset(&ends, signal);
    return std::max(::sigtimedwait(&ends, nullptr, &MOMENT), 0);
}

}  // namespace

bool is_in_foreground() noexcept {
    return ::tcgetpgrp(STDIN_FILENO) == ::getpgrp();
}

void stop_job() noexcept {
    sigset_t stop;
    ::sigemptyset(&stop);
    ::sigaddset(&stop, SIGTSTP);
    ::raise(SIGTSTP);
    // The process stops here.
    ::pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);
    ::pthread_sigmask(SIG_BLOCK, &stop, nullptr);
}

int wait_for_foreground() noexcept {
    while (!is_in_foreground()) {
        if (const int signal = wait_for_end(); signal != 0) return signal;
        if (!is_in_foreground()) ::raise(SIGSTOP);
    }
    return 0;
}

}  // namespace hark
