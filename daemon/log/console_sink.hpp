// Standard output, for people.
#pragma once

#include "common/record/console_lines.hpp"
#include "daemon/log/output_sink.hpp"

namespace hark {

class ConsoleSink final : public OutputSink {
   public:
    // `fd` as of OutputSink. Throws SystemError when it is not open.
    ConsoleSink(EventLoop& loop, Callback<void()> on_ready, int fd, ConsoleLines::Style style);

    void append(const Record& record) noexcept override;

   private:
    ConsoleLines renderer_;
};

// How standard output wants its lines: colour on a terminal (unless NO_COLOR is set or TERM is
// "dumb"), no time where a journal stamps each line itself (JOURNAL_STREAM, systemd.exec(5)).
[[nodiscard]] ConsoleLines::Style console_style(int fd) noexcept;

}  // namespace hark
