// Writes to a terminal or a pipe without blocking.
#pragma once

#include "common/sys/unique_fd.hpp"

namespace hark {

// Opens the terminal, device or pipe behind `fd` again, for non-blocking writing: O_NONBLOCK on the
// shared open file description would affect the shell, too. Nothing if that is impossible: a
// regular file would be written from its beginning, a socket cannot be opened, and a terminal may
// belong to another user.
[[nodiscard]] UniqueFd open_again_for_writing(int fd) noexcept;

}  // namespace hark
