// Standard output that never blocks on a slow reader: what cannot be written at once is queued, and
// the owner produces nothing while there is no room.
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

    // Does not take ownership of `fd`. `on_change` is called when a full queue has room again, and
    // when it becomes empty.
    OutputQueue(EventLoop& loop, int fd, Callback<void()> on_change) noexcept;

    // Writes or queues all of `bytes`.
    void write(std::string_view bytes);
    [[nodiscard]] bool has_room() const noexcept { return queue_.size() < LIMIT; }
    [[nodiscard]] bool empty() const noexcept { return queue_.empty(); }

    // Why writing stopped, a positive errno; EPIPE: the reader closed its end. 0: no error. After
    // an error, everything written is dropped.
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
