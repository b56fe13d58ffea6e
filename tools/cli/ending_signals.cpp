#include "tools/cli/ending_signals.hpp"

#include <cstddef>
#include <initializer_list>

#include <signal.h>

namespace hark {

namespace {

bool is_ignored(int signal) noexcept {
    struct sigaction action {};
    return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

EndingSignals::EndingSignals(EventLoop& loop, Callback<void(int)> on_signal) {
    std::size_t place = 0;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        if (is_ignored(signal)) continue;
        watches_[place++].emplace(loop, std::initializer_list<int>{signal}, on_signal);
    }
}

}  // namespace hark
