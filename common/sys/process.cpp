#include "common/sys/process.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>

#include <sys/resource.h>

namespace hark::sys {

Duration processor_time() noexcept {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto duration = [](const timeval& time) noexcept -> Duration {
        return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
    };
    return duration(usage.ru_utime) + duration(usage.ru_stime);
}

std::int64_t raise_descriptor_limit() noexcept {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return -errno;
    if (limit.rlim_cur < limit.rlim_max) {
        const rlimit raised{limit.rlim_max, limit.rlim_max};
        if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    }
    constexpr rlim_t MOST = std::numeric_limits<std::int64_t>::max();
    return static_cast<std::int64_t>(std::min(limit.rlim_cur, MOST));
}

}  // namespace hark::sys
