// Signals as events of the loop (signalfd(2)). While the watch exists, they are blocked in this
// thread and delivered only here; the destructor restores the mask.
#pragma once

#include "common/loop/callback.hpp"
#include "common/loop/fd_watch.hpp"
#include "common/sys/unique_fd.hpp"

#include <initializer_list>

#include <signal.h>

namespace hark {

class SignalWatch {
   public:
    // `on_signal` gets the signal's number; it must not destroy the watch. Throws SystemError.
    SignalWatch(EventLoop& loop, std::initializer_list<int> signals, Callback<void(int)> on_signal);
    ~SignalWatch();
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

    // Delivers pending signals now, since they arrived before anything that is read from elsewhere
    // afterwards.
    void take_pending() noexcept;

   private:
    void on_ready(std::uint32_t events) noexcept;

    Callback<void(int)> on_signal_;
    sigset_t before_{};
    UniqueFd fd_;
    FdWatch watch_;
};

}  // namespace hark
