// Descriptors that a process leaves to the program that it executes in its place.
#pragma once

namespace hark::sys {

// Leaves `fd` open across execve(2), or closes it there. False: it is not open.
bool set_inherited(int fd, bool inherited) noexcept;

// In the next program: whether `fd` is open. It is close-on-exec from then on.
[[nodiscard]] inline bool adopt(int fd) noexcept {
    return set_inherited(fd, false);
}

}  // namespace hark::sys
