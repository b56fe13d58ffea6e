// Limits that apply to every connection.
#pragma once

#include <chrono>

namespace hark {

struct ConnectionLimits {
    std::chrono::milliseconds quiet{100};       // Framer::quiet_time()
    std::chrono::milliseconds partial{60'000};  // from a message's first byte until it must end
    std::chrono::milliseconds idle{0};          // without input; 0: no limit
    bool detect_probes = true;
};

}  // namespace hark
