// Job control: a shell may stop and continue the program.
#pragma once

namespace hark {

// Whether we may use the terminal of standard input: in the background it belongs to another job,
// and touching it stops the process.
[[nodiscard]] bool is_in_foreground() noexcept;

// Stops the process like Ctrl-Z, until SIGCONT. SIGTSTP must be blocked; it is blocked again on
// return.
void stop_job() noexcept;

// Waits, stopped, for the foreground. Returns 0, or the signal that should end the program:
// SIGTERM, SIGHUP, SIGINT or SIGQUIT, which must be blocked.
[[nodiscard]] int wait_for_foreground() noexcept;

}  // namespace hark
