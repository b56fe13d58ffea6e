// Programs built for coverage or profiling write their counts when they exit.
#pragma once

namespace hark {

// The folder for them; empty: this program does not count. A function, not a macro at the point of
// use, since counts only fit the code that they were taken from.
[[nodiscard]] const char* counts_folder() noexcept;

}  // namespace hark
