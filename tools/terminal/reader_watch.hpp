// Detects that the reader of our output has gone, even if the program has nothing to write for a
// long time and would not notice otherwise.
#pragma once

#include "common/loop/fd_watch.hpp"
#include "common/sys/unique_fd.hpp"

#include <cstdint>

namespace hark {

class ReaderWatch {
   public:
    // `on_gone` is called once, when a pipe's reader or the terminal is gone.
    ReaderWatch(EventLoop& loop, Callback<void()> on_gone) noexcept;

    // Starts watching `fd`, without taking ownership. For a regular file, nothing is ever reported.
    void start(int fd) noexcept;

   private:
    void on_ready(std::uint32_t events) noexcept;

    Callback<void()> on_gone_;
    UniqueFd fd_;  // a duplicate, since the output may watch its own descriptor
    FdWatch watch_;
};

}  // namespace hark
