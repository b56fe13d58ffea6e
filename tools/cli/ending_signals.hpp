// The signals that end a program, on its loop: SIGINT (Ctrl-C), SIGTERM and SIGHUP. A signal
// ignored at start-up (under nohup, or in a script's background job) stays ignored.
#pragma once

#include "common/loop/signal_watch.hpp"

#include <array>
#include <optional>

namespace hark {

class EndingSignals {
   public:
    // `on_signal` gets the signal's number. Throws SystemError.
    EndingSignals(EventLoop& loop, Callback<void(int)> on_signal);
    EndingSignals(const EndingSignals&) = delete;
    EndingSignals& operator=(const EndingSignals&) = delete;

   private:
    std::array<std::optional<SignalWatch>, 3> watches_;
};

}  // namespace hark
