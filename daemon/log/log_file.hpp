// Opens a file of JSON Lines as a log: a regular file, locked, that ends with a whole line.
#pragma once

#include "common/sys/unique_fd.hpp"

#include <cstdint>
#include <string>

namespace hark {

struct OpenedLogFile {
    UniqueFd fd;
    std::uint64_t cut_off = 0;  // bytes of a torn line removed from its end
};

// Opens the file at `path`, or creates it with mode 0640. Throws std::runtime_error: "cannot open
// /var/log/x: Permission denied".
[[nodiscard]] OpenedLogFile open_log_file(const std::string& path);

// Syncs the folder of `path`: without that, a new file may be gone after a power failure, with
// everything that was synced in it. Blocks. Returns 0 or -errno.
[[nodiscard]] int sync_folder_of(const std::string& path) noexcept;

}  // namespace hark
