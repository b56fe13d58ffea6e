// Whether standard output or standard error is already connected to the journal.
#pragma once

namespace hark {

// According to $JOURNAL_STREAM, if that still describes the open descriptor (systemd.exec(5)).
[[nodiscard]] bool output_is_journal() noexcept;
[[nodiscard]] bool output_is_journal(int fd) noexcept;

}  // namespace hark
