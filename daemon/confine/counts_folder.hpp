// Programs that are built to count what they execute write their counts as they end.
#pragma once

namespace hark {

// Where; empty: this program does not count. A function, not a macro where it is used: code that
// differed between counting and using the counts could not use them.
[[nodiscard]] const char* counts_folder() noexcept;

}  // namespace hark
