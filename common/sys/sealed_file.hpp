// Bytes as a file that nobody can change any more: how more than a datagram holds is handed to
// another process.
#pragma once

#include "common/sys/unique_fd.hpp"

#include <string_view>

namespace hark {

// A file in memory that holds `bytes` and is sealed (memfd_create(2)); `name` shows in /proc.
// Returns 0 or -errno.
[[nodiscard]] int make_sealed_file(const char* name, std::string_view bytes,
                                   UniqueFd& into) noexcept;

}  // namespace hark
