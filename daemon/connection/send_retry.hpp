// Tries again to send where the kernel had no memory for it (ENOBUFS, ENOMEM): epoll, which reports
// room in the socket's own buffer, cannot tell when there is some.
#pragma once

#include "common/loop/event_loop.hpp"
#include "common/loop/timer.hpp"

#include <cstdint>
#include <vector>

namespace hark {

class ConnectionSet;

class SendRetry {
   public:
    // Both must outlive it.
    SendRetry(EventLoop& loop, ConnectionSet& connections) noexcept;

    // Connection `number` is to try again soon, if there is one then: Connection::retry_output().
    void add(std::uint64_t number);

   private:
    void on_timer() noexcept;

    ConnectionSet& connections_;
    Timer timer_;
    std::vector<std::uint64_t> numbers_;
};

}  // namespace hark
