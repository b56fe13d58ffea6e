// Short conversations, several at a time: connect, be greeted, say a line, say bye, each answered,
// and close.
#pragma once

#include "bench/payload.hpp"

#include <cstddef>
#include <cstdint>

namespace hark::bench {

struct SessionShape {
    std::uint16_t port = 0;
    Protocol protocol = Protocol::lines;
    bool greeted = false;
    bool ends = false;  // the server closes after the bye; otherwise, we do
    std::size_t at_once = 1;
    std::size_t count = 1;
    std::size_t bytes = 64;  // the line
};

// Returns when all have been held; throws if a server does otherwise.
void hold_sessions(const SessionShape& shape);

}  // namespace hark::bench
