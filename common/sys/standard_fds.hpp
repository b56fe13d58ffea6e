// Standard input, output and error, which a program may be started without: the next descriptor it
// opened would then be taken for one of them.
#pragma once

namespace hark {

// Puts something in the place of those that are closed which fails as they did (EBADF). First in
// main().
void reserve_standard_fds() noexcept;

}  // namespace hark
