// The options of `hark talk`.
#pragma once

#include "common/net/endpoint.hpp"

namespace hark {

struct TalkOptions {
    Endpoint server;
    bool json = false;
    // Reconnect if the connection is lost, and resend unacknowledged lines.
    bool reconnect = false;
};

}  // namespace hark
