// Distinguishes peers that are gone from peers that are alive and do not read. The kernel ends a
// connection whose data is not acknowledged within TCP_USER_TIMEOUT, and treats a closed window the
// same way; so the option is off while a peer's window is closed, and the answers to window probes
// are checked instead (TCP_INFO).
//
// Only connections that have sent something are checked, until all of it has been acknowledged, so
// a quiet daemon is not woken.
#pragma once

#include "common/loop/event_loop.hpp"
#include "common/loop/timer.hpp"

#include <chrono>
#include <cstdint>

namespace hark {

class ConnectionSet;

class WindowWatch {
   public:
    // Both must outlive it.
    WindowWatch(EventLoop& loop, ConnectionSet& connections) noexcept;

    // How long the kernel may get no answer from a peer; 0: forever.
    void set_timeout(std::chrono::milliseconds timeout) noexcept;

    // A connection has sent something: it is checked soon.
    void look_soon() noexcept {
        some_left_ = true;
        if (!timer_.armed() && timeout_.count() > 0) arm();
    }

   private:
    void arm() noexcept;
    void on_timer() noexcept;

    ConnectionSet& connections_;
    Timer timer_;
    std::chrono::milliseconds timeout_{0};
    std::uint64_t looked_at_ = 0;  // the last connection checked in this turn
    bool some_left_ = false;       // some are to be checked in the next turn
};

}  // namespace hark
