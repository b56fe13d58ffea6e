// Whether this user may read the log of system services. libsystemd silently skips files that it
// may not read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hark {

enum class JournalAccess : std::uint8_t {
    granted,
    denied,  // there is a system journal, but it may not be read
    none,    // this machine has none
};

[[nodiscard]] JournalAccess journal_access();

// The files of this machine's journal, of all namespaces, that this user may read.
[[nodiscard]] std::vector<std::string> machine_journal_files();

}  // namespace hark
