// What hark's exit status says.
#pragma once

namespace hark {

// All that was asked for is done; of messages: each one is acknowledged.
inline constexpr int EXIT_DONE = 0;
// The daemon refused, and said why; or what was to be printed could not be written.
inline constexpr int EXIT_REFUSED = 1;
// The command line is wrong.
inline constexpr int EXIT_USAGE = 2;
// No connection, or it was lost, or the daemon was silent for too long.
inline constexpr int EXIT_UNREACHABLE = 3;
// A signal, as shells say it: this and the signal's number.
inline constexpr int EXIT_KILLED_BY = 128;

}  // namespace hark
