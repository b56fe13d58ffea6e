// `hark talk`: a person's conversation with the daemon, or a pipe's.
#pragma once

#include "common/net/endpoint.hpp"

namespace hark {

struct TalkOptions {
    Endpoint server;
    bool json = false;
    // A lost connection is made again, and what was not acknowledged is sent again.
    bool reconnect = false;
};

// Talks until the person leaves, the input ends or the connection is lost, which it says on
// standard error. Returns the exit status. Throws std::runtime_error when it cannot begin.
[[nodiscard]] int talk(const TalkOptions& options);

}  // namespace hark
