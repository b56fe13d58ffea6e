// Landlock (landlock(7)): limits where this process may write to the file system, whatever its user
// may do.
#pragma once

#include <span>
#include <string>

namespace hark {

// From now on, files can be created, written, truncated and removed only below `folders`; existing
// ones can also be written if they are listed in `files`. Reading, executing, and files that are
// already open are not affected. Paths that do not exist are skipped. Needs
// forbid_new_privileges(), or root. Returns 0 or -errno: -ENOSYS or -EOPNOTSUPP if the kernel does
// not have Landlock.
[[nodiscard]] int restrict_writing(std::span<const std::string> folders,
                                   std::span<const std::string> files) noexcept;

}  // namespace hark
