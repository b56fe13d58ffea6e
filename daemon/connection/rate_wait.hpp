// A connection over a rate of its address: what of its last read is not taken yet, and since when
// no time passes for it.
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
