// Standard output for a program that must not block on it: a terminal may be stopped, a pipe's
// reader may be slow. Bytes are queued and written in order when there is room; whoever writes much
// checks has_room() first, and waits for on_room().
//
// The terminal's open file description is shared with the shell and must not be made non-blocking,
// so the terminal is opened again. If that fails, each write is limited to what a writable terminal
// takes without blocking.
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
    // written afterwards. `loop` must outlive the output.
    TerminalOutput(EventLoop& loop, Callback<void()> on_room, Callback<void(int)> on_error);
    TerminalOutput(const TerminalOutput&) = delete;
    TerminalOutput& operator=(const TerminalOutput&) = delete;

    // Queues `bytes`; they are written at the end of the round.
    void write(std::string_view bytes);
    [[nodiscard]] bool has_room() const noexcept { return unwritten() < LIMIT; }

    // Writes what is queued, waiting at most `longest` for room. For the end, when there is nothing
    // else to do.
    void finish(Duration longest) noexcept;

   private:
    void open();
    [[nodiscard]] std::size_t unwritten() const noexcept { return queue_.size() - written_; }
    void on_ready(std::uint32_t events) noexcept;
    void on_flush() noexcept;
    // Writes what the kernel takes; false if it takes no more now.
    [[nodiscard]] bool write_some() noexcept;
    void fail(int error) noexcept;

    Callback<void()> on_room_;
    Callback<void(int)> on_error_;
    UniqueFd own_;  // opened again, as above
    FdWatch watch_;
    DeferredTask flush_task_;
    int fd_ = -1;
    bool may_wait_ = false;  // a write may block
    bool watched_ = false;
    bool full_ = false;
    bool failed_ = false;
    std::string queue_;
    std::size_t written_ = 0;  // bytes of queue_ already written
};

}  // namespace hark
