// What all connections are held to.
#pragma once

#include <chrono>

namespace hark {

struct ConnectionLimits {
    std::chrono::milliseconds quiet{100};       // Framer::quiet_time()
    std::chrono::milliseconds partial{60'000};  // from a message's first byte to its end
    std::chrono::milliseconds idle{0};          // without a byte; 0: for ever
    bool detect_probes = true;
};

}  // namespace hark
