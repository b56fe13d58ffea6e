// What harkd's exit status says.
#pragma once

namespace hark {

// Stopped when told to, and everything that was read is in the log.
inline constexpr int EXIT_STOPPED = 0;
// Could not start; or had to stop with messages that the log would not take.
inline constexpr int EXIT_FAILED = 1;
// The command line, the configuration or a socket that was passed is wrong.
inline constexpr int EXIT_USAGE = 2;

}  // namespace hark
