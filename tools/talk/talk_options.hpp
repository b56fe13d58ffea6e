// What `hark talk` is asked for.
#pragma once

#include "common/net/endpoint.hpp"

namespace hark {

struct TalkOptions {
    Endpoint server;
    bool json = false;
    // Reconnects when the connection is lost, and sends again what was not acknowledged.
    bool reconnect = false;
};

}  // namespace hark
