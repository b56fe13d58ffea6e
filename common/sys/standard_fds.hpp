// Handles closed standard streams: if a program is started without them, the next descriptor it
// opens would be taken for one of them.
#pragma once

namespace hark {

// Fills closed standard descriptors with ones that fail in the same way (EBADF). Call first in
// main().
void reserve_standard_fds() noexcept;

}  // namespace hark
