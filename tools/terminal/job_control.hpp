// A program on a terminal as a job of a shell, which can stop it and go on with it.
#pragma once

namespace hark {

// Whether the terminal of standard input is ours to use: in the background it is somebody else's,
// and whoever touches it is stopped.
[[nodiscard]] bool is_in_foreground() noexcept;

// Stops, as Ctrl-Z does, until SIGCONT. SIGTSTP must be blocked, and is again.
void stop_job() noexcept;

// Waits, stopped, until it is in the foreground. Returns 0, or the signal that is to end the
// program, which must be blocked: SIGTERM, SIGHUP, SIGINT or SIGQUIT.
[[nodiscard]] int wait_for_foreground() noexcept;

}  // namespace hark
