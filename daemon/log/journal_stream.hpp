// Whether what is written to standard output or standard error goes to the journal anyway.
#pragma once

namespace hark {

// As $JOURNAL_STREAM says, and only where it is still about the descriptor that is open there
// (systemd.exec(5)).
[[nodiscard]] bool output_is_journal() noexcept;
[[nodiscard]] bool output_is_journal(int fd) noexcept;

}  // namespace hark
