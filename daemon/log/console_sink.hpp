// Standard output, for people.
#pragma once

#include "common/record/console_lines.hpp"
#include "daemon/log/output_sink.hpp"

namespace hark {

class ConsoleSink final : public OutputSink {
   public:
    // `fd`: see OutputSink. Throws SystemError when it is not open.
    ConsoleSink(EventLoop& loop, Callback<void()> on_ready, int fd, ConsoleLines::Style style);

    void append(const Record& record) noexcept override;

   private:
    ConsoleLines renderer_;
};

// The style for standard output: colour on a terminal (unless NO_COLOR is set or TERM is "dumb"),
// no time if the journal adds it to each line (JOURNAL_STREAM, systemd.exec(5)).
[[nodiscard]] ConsoleLines::Style console_style(int fd) noexcept;

}  // namespace hark
