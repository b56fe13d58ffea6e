// Tells peers that are gone from peers that are alive and do not read. The kernel ends a connection
// whose data is not acknowledged for the time that TCP_USER_TIMEOUT says, and counts a closed
// window as such; so the option is off while a peer's window is closed, and the answers to window
// probes are looked at instead (TCP_INFO).
//
// Only connections that have sent something are looked at, until all of it has been acknowledged,
// and so a quiet daemon is not woken.
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

    // How long a peer may leave the kernel without an answer; 0: for ever.
    void set_timeout(std::chrono::milliseconds timeout) noexcept;

    // A connection has sent something: it is looked at soon.
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
    std::uint64_t looked_at_ = 0;  // up to that number, in the present turn
    bool some_left_ = false;       // that are to be looked at in the next turn
};

}  // namespace hark
