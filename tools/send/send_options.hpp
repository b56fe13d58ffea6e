// The options of `hark send`.
#pragma once

#include "common/net/endpoint.hpp"
#include "common/sys/clock.hpp"
#include "tools/peer/tls_client.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hark {

struct SendOptions {
    enum class Replies : std::uint8_t { automatic, all, none };
    static constexpr std::uint64_t MAX_WINDOW = 65536;

    Endpoint server;
    std::shared_ptr<const TlsClient> tls{};  // null: without TLS
    bool json = false;
    std::vector<std::string> texts;               // in the locale's charset; none: standard input
    Duration timeout = std::chrono::seconds{30};  // zero: no timeout
    std::uint64_t window = MAX_WINDOW;            // most messages in flight
    Replies replies = Replies::automatic;
};

}  // namespace hark
