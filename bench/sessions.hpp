// Short conversations, several at a time: connect, receive the greeting, send a line, send bye,
// each acknowledged, and close.
#pragma once

#include "bench/payload.hpp"

#include <cstddef>
#include <cstdint>

namespace hark::bench {

struct SessionShape {
    std::uint16_t port = 0;
    Protocol protocol = Protocol::lines;
    bool greeted = false;
    bool ends = false;  // the server closes after the bye; otherwise we do
    std::size_t at_once = 1;
    std::size_t count = 1;
    std::size_t bytes = 64;  // of the line
};

// Returns when all of them are over; throws if a server misbehaves.
void hold_sessions(const SessionShape& shape);

}  // namespace hark::bench
