// A broken invariant ends the process, as a fuzzer wants it: framing is noexcept, and the input
// that broke it is enough to find out more.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace hark::fuzz {

inline void require(bool holds, const char* what) noexcept {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

}  // namespace hark::fuzz
