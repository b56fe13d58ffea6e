// Standard output as a sink, whatever the form of its lines: a terminal, a pipe, a file, or a
// socket from the service manager. A slow reader (a pager, a terminal stopped with Ctrl-S) never
// blocks the loop; one that has gone is gone for good.
#pragma once

#include "common/io/output_descriptor.hpp"
#include "common/loop/event_loop.hpp"
#include "daemon/log/pending_lines.hpp"
#include "daemon/log/sink.hpp"

namespace hark {

class OutputSink : public Sink {
   public:
    [[nodiscard]] SinkState commit() noexcept final;
    [[nodiscard]] Backlog backlog() const noexcept final;
    void hand_over(SinkHandover& into) const final { into.lines = lines_.state(); }
    void take_over(const SinkHandover& from) final { lines_.resume(from.lines); }

   protected:
    // `fd`: standard output or a substitute; the caller keeps it. If it is not open, throws
    // SystemError with `cannot_open`, a text to be translated, and the reason.
    OutputSink(EventLoop& loop, Callback<void()> on_ready, SinkConfig::Kind kind, int fd,
               const char* cannot_open);

    // The lines to write.
    [[nodiscard]] PendingLines& lines() noexcept { return lines_; }

   private:
    [[nodiscard]] SinkState wait_for_room() noexcept;
    void on_writable(std::uint32_t events) noexcept;

    PendingLines lines_;
    OutputDescriptor out_;
    FdWatch watch_;
};

}  // namespace hark
