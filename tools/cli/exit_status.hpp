// hark's exit statuses.
#pragma once

namespace hark {

// Done; every message that was sent is acknowledged.
inline constexpr int EXIT_DONE = 0;
// The daemon refused, and said why; or standard output could not be written.
inline constexpr int EXIT_REFUSED = 1;
// The command line is wrong.
inline constexpr int EXIT_USAGE = 2;
// No connection, connection lost, or timeout.
inline constexpr int EXIT_UNREACHABLE = 3;
// Ended by a signal, as shells report it: this plus the signal's number.
inline constexpr int EXIT_KILLED_BY = 128;

}  // namespace hark
