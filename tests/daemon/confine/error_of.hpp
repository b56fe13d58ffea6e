#pragma once

#include <cerrno>
#include <cstdint>

namespace hark::test {

// The errno of a call that returns -1 when it fails; 0: it succeeded.
inline int error_of(std::int64_t result) noexcept {
    return result == -1 ? errno : 0;
}

}  // namespace hark::test
