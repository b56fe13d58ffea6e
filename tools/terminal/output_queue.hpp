// Standard output of a program that must not be kept waiting by whoever reads it: what does not go
// at once is queued, and its owner makes no more while there is no room.
#pragma once

#include "common/loop/callback.hpp"
#include "common/loop/fd_watch.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace hark {

class OutputQueue {
   public:
    static constexpr std::size_t LIMIT = 64 * 1024;

    // `fd` stays the caller's. `on_change` is called when a full queue has room again, and when the
    // last of it has gone.
    OutputQueue(EventLoop& loop, int fd, Callback<void()> on_change) noexcept;

    // Takes all of it.
    void write(std::string_view bytes);
    [[nodiscard]] bool has_room() const noexcept { return queue_.size() < LIMIT; }
    [[nodiscard]] bool empty() const noexcept { return queue_.empty(); }

    // Why nothing more is written, a positive errno; EPIPE: the reader has gone. 0 while it goes
    // well. What is written after that is dropped.
    [[nodiscard]] int error() const noexcept { return error_; }

   private:
    void on_ready(std::uint32_t events) noexcept;
    void fail(int error) noexcept;

    int fd_;
    Callback<void()> on_change_;
    FdWatch watch_;
    bool pollable_ = true;
    int error_ = 0;
    std::string queue_;
};

}  // namespace hark
