// `hark send`: messages from the command line or standard input, each one acknowledged.
#pragma once

#include "common/net/endpoint.hpp"
#include "common/sys/clock.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace hark {

struct SendOptions {
    enum class Replies : std::uint8_t { automatic, all, none };
    static constexpr std::uint64_t MAX_WINDOW = 65536;

    Endpoint server;
    bool json = false;
    std::vector<std::string> texts;               // in the locale's charset; none: standard input
    Duration timeout = std::chrono::seconds{30};  // zero: none
    std::uint64_t window = MAX_WINDOW;            // messages in flight
    Replies replies = Replies::automatic;
};

// Returns the exit status. Throws SystemError when it cannot even begin.
int send_messages(const SendOptions& options);

}  // namespace hark
