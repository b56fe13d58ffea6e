// Exit statuses of harkd.
#pragma once

namespace hark {

// Stopped on request; everything read is in the log.
inline constexpr int EXIT_STOPPED = 0;
// Could not start, or stopped with messages that the log did not store.
inline constexpr int EXIT_FAILED = 1;
// The command line, the configuration or an activated socket is invalid.
inline constexpr int EXIT_USAGE = 2;

}  // namespace hark
