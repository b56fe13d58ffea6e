// hark's exit statuses.
#pragma once

namespace hark {

// Success: every message sent was acknowledged.
inline constexpr int EXIT_DONE = 0;
// The daemon refused, with a reason; or standard output could not be written.
inline constexpr int EXIT_REFUSED = 1;
// Usage error.
inline constexpr int EXIT_USAGE = 2;
// No connection, connection lost, or timeout.
inline constexpr int EXIT_UNREACHABLE = 3;
// Ended by a signal, as shells report it: add the signal's number.
inline constexpr int EXIT_KILLED_BY = 128;

}  // namespace hark
