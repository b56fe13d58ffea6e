// The system calls that this process, and whatever it executes, may make.
#pragma once

namespace hark {

// Limits them for good to what a network daemon, its libraries, its children and its successors
// need. A call that is not allowed fails with an errno; nothing is ever killed. Needs
// forbid_new_privileges(), or root. Returns 0 or -errno: -ENOSYS or -EINVAL if the kernel has no
// seccomp filters.
[[nodiscard]] int install_seccomp_filter() noexcept;

}  // namespace hark
