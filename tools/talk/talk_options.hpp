// The options of `hark talk`.
#pragma once

#include "common/net/endpoint.hpp"
#include "tools/peer/tls_client.hpp"

#include <memory>

namespace hark {

struct TalkOptions {
    Endpoint server;
    std::shared_ptr<const TlsClient> tls{};  // null: without TLS
    bool json = false;
    // Reconnect if the connection is lost, and resend unacknowledged lines.
    bool reconnect = false;
};

}  // namespace hark
