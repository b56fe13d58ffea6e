// Core dumps, which would contain what peers have sent.
#pragma once

namespace hark {

// No core file, and nothing for a crash handler either (core(5)). Also keeps other processes of the
// same user from reading this one's memory, and debuggers of anyone but root from attaching.
void forbid_core_dumps() noexcept;

// Undoes what the kernel does to a process that leaves root. Limits stay as they are.
void allow_core_dumps() noexcept;

}  // namespace hark
