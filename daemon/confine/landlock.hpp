// Landlock (landlock(7)): limits where this process may write to the file system, whatever its user
// may do.
#pragma once

#include <span>
#include <string>

namespace hark {

// From now on, files can be created, written, truncated and removed only below `folders`, and
// existing ones only be written below `folders` or if listed in `files`. Reading and executing stay
// as they are, and so do files that are already open. Paths that do not exist are skipped. Needs
// forbid_new_privileges(), or root. Returns 0 or -errno: -ENOSYS or -EOPNOTSUPP if the kernel does
// not have it.
[[nodiscard]] int restrict_writing(std::span<const std::string> folders,
                                   std::span<const std::string> files) noexcept;

}  // namespace hark
