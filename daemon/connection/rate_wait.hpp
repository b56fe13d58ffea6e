// A connection that is over a rate of its address: what was read but not yet consumed, and since
// when its time has stood still.
#pragma once

#include "common/sys/clock.hpp"
#include "daemon/limits/address_table.hpp"

#include <string>

namespace hark {

struct RateWait {
    explicit RateWait(Callback<void()> on_tokens) noexcept : waiter{on_tokens} {}

    RateWaiter waiter;
    std::string unread;  // read from the socket, without telnet negotiation
    TimePoint since{};   // on the input clock
};

}  // namespace hark
