// Bytes as an immutable file, to pass more than fits into a datagram to another process.
#pragma once

#include "common/sys/unique_fd.hpp"

#include <string_view>

namespace hark {

// A sealed file in memory that contains `bytes` (memfd_create(2)); `name` appears in /proc. Returns
// 0 or -errno.
[[nodiscard]] int make_sealed_file(const char* name, std::string_view bytes,
                                   UniqueFd& into) noexcept;

}  // namespace hark
