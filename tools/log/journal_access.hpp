// Whether this user may read what the system's services have logged. libsystemd leaves out the
// files that may not be read, without a word.
#pragma once

#include <cstdint>

namespace hark {

enum class JournalAccess : std::uint8_t {
    granted,
    denied,  // there is a journal of the system, and it may not be read
    none,    // there is none on this machine
};

[[nodiscard]] JournalAccess journal_access();

}  // namespace hark
