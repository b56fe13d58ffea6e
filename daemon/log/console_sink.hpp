// Standard output, for people: a terminal, a pipe, a file, or the socket that a service manager
// gives. A reader that is slow (a pager, a terminal stopped with Ctrl-S) never stops the loop.
#pragma once

#include "common/io/output_descriptor.hpp"
#include "common/loop/event_loop.hpp"
#include "common/record/console_lines.hpp"
#include "daemon/log/pending_lines.hpp"
#include "daemon/log/sink.hpp"

#include <string>

namespace hark {

class ConsoleSink final : public Sink {
   public:
    // `fd`: standard output, or whatever takes its place; it stays the caller's. Throws
    // SystemError when it is not open.
    ConsoleSink(EventLoop& loop, Callback<void()> on_ready, int fd, ConsoleLines::Style style);

    void append(const Record& record) noexcept override;
    [[nodiscard]] SinkState commit() noexcept override;
    [[nodiscard]] Backlog backlog() const noexcept override {
        const std::size_t bytes = lines_.unwritten().size();
        return {.held = bytes, .unwritten = bytes};
    }

   private:
    void on_writable(std::uint32_t events) noexcept;

    ConsoleLines renderer_;
    PendingLines lines_;
    OutputDescriptor out_;
    FdWatch watch_;
    bool watched_ = false;
};

// How standard output wants its lines: colour on a terminal (unless NO_COLOR is set or TERM is
// "dumb"), no time where a journal stamps each line itself (JOURNAL_STREAM, systemd.exec(5)).
[[nodiscard]] ConsoleLines::Style console_style(int fd) noexcept;

}  // namespace hark
