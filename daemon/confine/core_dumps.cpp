#include "daemon/confine/core_dumps.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace hark {

void forbid_core_dumps() noexcept {
    constexpr rlimit NONE{0, 0};
    setrlimit(RLIMIT_CORE, &NONE);
    // The limit alone does not stop the kernel from piping a dump to a handler.
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void allow_core_dumps() noexcept {
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

}  // namespace hark
