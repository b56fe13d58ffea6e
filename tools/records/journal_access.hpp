// Whether this user may read the log of system services. libsystemd silently skips files that it
// may not read.
#pragma once

#include <cstdint>

namespace hark {

enum class JournalAccess : std::uint8_t {
    granted,
    denied,  // there is a system journal, but it may not be read
    none,    // this machine has none
};

[[nodiscard]] JournalAccess journal_access();

}  // namespace hark
