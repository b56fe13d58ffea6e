// The processor time that this process has used.
#pragma once

#include <sys/resource.h>

namespace hark::bench {

// Seconds of user and system time, of all threads (getrusage(2)).
inline double processor_seconds() noexcept {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace hark::bench
