// Writing to a terminal or a pipe without ever waiting for it.
#pragma once

#include "common/sys/unique_fd.hpp"

namespace hark {

// A description of our own of the terminal, device or pipe behind `fd`, for writing, that does not
// block: O_NONBLOCK on the shared one would hit the shell, too. Nothing where that does not go: a
// regular file would be written from its beginning, a socket cannot be opened, and a terminal may
// be another user's.
[[nodiscard]] UniqueFd open_again_for_writing(int fd) noexcept;

}  // namespace hark
