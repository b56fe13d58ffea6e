// The options of `hark send`.
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
    Duration timeout = std::chrono::seconds{30};  // zero: no timeout
    std::uint64_t window = MAX_WINDOW;            // most messages in flight
    Replies replies = Replies::automatic;
};

}  // namespace hark
