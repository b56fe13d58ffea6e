// Core dumps, which would contain what peers have sent.
#pragma once

namespace hark {

// Prevents core files, and dumps to a crash handler (core(5)). Also keeps other processes of the
// same user from reading this one's memory, and debuggers other than root's from attaching.
void forbid_core_dumps() noexcept;

// Undoes what the kernel does to a process that gives up root. Resource limits stay as they are.
void allow_core_dumps() noexcept;

}  // namespace hark
