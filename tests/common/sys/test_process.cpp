#include "common/sys/process.hpp"

#include <ctime>

#include <doctest/doctest.h>
#include <sys/resource.h>

using namespace hark;
using namespace std::chrono_literals;

namespace {

// The kernel's clock of this process, which measures the same.
Duration clock_time() {
    timespec time{};
    REQUIRE(::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0);
    return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

}  // namespace

TEST_CASE("processor time is what the process has needed") {
    const Duration before = clock_time();
    while (clock_time() < before + 30ms) {
    }
    const Duration needed = sys::processor_time();
    // getrusage(2) may lag by some ticks that are not accounted yet.
    CHECK(needed > before);
    CHECK(needed <= clock_time() + 20ms);
}

TEST_CASE("the soft limit of descriptors becomes the hard one") {
    rlimit limit{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    REQUIRE(limit.rlim_max > 50);
    const rlimit lowered{50, limit.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &lowered) == 0);
    CHECK(sys::raise_descriptor_limit() == static_cast<std::int64_t>(limit.rlim_max));
    rlimit now{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &now) == 0);
    CHECK(now.rlim_cur == limit.rlim_max);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
}
