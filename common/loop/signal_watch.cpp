#include "common/loop/signal_watch.hpp"

#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"

#include <cerrno>

#include <sys/signalfd.h>

namespace hark {

namespace {

// Blocks `signals` and returns them as a set; `before` receives the previous mask.
sigset_t block(std::initializer_list<int> signals, sigset_t& before) {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int signal : signals) {
        if (::sigaddset(&set, signal) < 0) throw SystemError{errno, N_("cannot watch for signals")};
    }
    const int error = ::pthread_sigmask(SIG_BLOCK, &set, &before);
    if (error != 0) throw SystemError{error, N_("cannot block signals")};
    return set;
}

}  // namespace

SignalWatch::SignalWatch(EventLoop& loop, std::initializer_list<int> signals,
                         Callback<void(int)> on_signal)
    : on_signal_{on_signal}, watch_{loop, method<&SignalWatch::on_ready>(*this)} {
    const sigset_t set = block(signals, before_);
    fd_.reset(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
    const int result = fd_ ? watch_.start(fd_.get(), EPOLLIN) : -errno;
    if (result < 0) {
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
        throw SystemError{-result, N_("cannot watch for signals")};
    }
}

SignalWatch::~SignalWatch() {
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void SignalWatch::on_ready(std::uint32_t) noexcept {
    take_pending();
}

void SignalWatch::take_pending() noexcept {
    signalfd_siginfo info{};
    while (sys::read(fd_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
        on_signal_(static_cast<int>(info.ssi_signo));
    }
}

}  // namespace hark
