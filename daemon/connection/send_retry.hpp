// Sends again after the kernel had no memory for it (ENOBUFS, ENOMEM): epoll reports room in the
// socket's own buffer, but not when there is memory again.
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

    // Soon calls Connection::retry_output() for connection `number`, if it still exists.
    void add(std::uint64_t number);

   private:
    void on_timer() noexcept;

    ConnectionSet& connections_;
    Timer timer_;
    std::vector<std::uint64_t> numbers_;
};

}  // namespace hark
