// Opening a file of JSON Lines as a log: it is a regular file, locked, and ends with a whole line.
#pragma once

#include "common/sys/unique_fd.hpp"

#include <cstdint>
#include <string>

namespace hark {

struct OpenedLogFile {
    UniqueFd fd;
    std::uint64_t cut_off = 0;  // bytes of a torn line that stood at its end
};

// Opens the file at `path`, or creates it with mode 0640. Throws std::runtime_error: "cannot open
// /var/log/x: Permission denied".
[[nodiscard]] OpenedLogFile open_log_file(const std::string& path);

// Writes the name of the file at `path` to the disk, without which a new file may be gone after a
// power failure, with all that was synced in it. Blocks. Returns 0 or -errno.
[[nodiscard]] int sync_folder_of(const std::string& path) noexcept;

}  // namespace hark
