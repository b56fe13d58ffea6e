// Standard output for a program that must not wait for it: a terminal may be stopped, a pipe's
// reader may be slow. Bytes are queued and written when there is room, in the order in which they
// came; who writes much asks has_room() first, and is told on_room().
//
// The terminal's open file is shared with the shell and cannot be made non-blocking: it is opened
// once more. Where that does not go, as little is written at a time as a terminal that says it is
// writable takes.
#pragma once

#include "common/loop/callback.hpp"
#include "common/loop/deferred_task.hpp"
#include "common/loop/fd_watch.hpp"
#include "common/sys/clock.hpp"
#include "common/sys/unique_fd.hpp"

#include <string>
#include <string_view>

namespace hark {

class TerminalOutput {
   public:
    static constexpr std::size_t LIMIT = 64 * 1024;

    // `on_room`: has_room() is true again. `on_error` gets a positive errno, once; nothing is
    // written after it. `loop` must outlive the output.
    TerminalOutput(EventLoop& loop, Callback<void()> on_room, Callback<void(int)> on_error);
    TerminalOutput(const TerminalOutput&) = delete;
    TerminalOutput& operator=(const TerminalOutput&) = delete;

    // Queues `bytes`; they leave at the end of the round.
    void write(std::string_view bytes);
    [[nodiscard]] bool has_room() const noexcept { return unwritten() < LIMIT; }

    // Writes what is queued, waiting for room at most so long. At the end, when nothing else is to
    // be done.
    void finish(Duration longest) noexcept;

   private:
    void open();
    [[nodiscard]] std::size_t unwritten() const noexcept { return queue_.size() - written_; }
    void on_ready(std::uint32_t events) noexcept;
    void on_flush() noexcept;
    // What the kernel takes; false when it takes no more now.
    [[nodiscard]] bool write_some() noexcept;
    void fail(int error) noexcept;

    Callback<void()> on_room_;
    Callback<void(int)> on_error_;
    UniqueFd own_;  // what was opened once more
    FdWatch watch_;
    DeferredTask flush_task_;
    int fd_ = -1;
    bool may_wait_ = false;  // a write can make us wait
    bool watched_ = false;
    bool full_ = false;
    bool failed_ = false;
    std::string queue_;
    std::size_t written_ = 0;  // of queue_
};

}  // namespace hark
