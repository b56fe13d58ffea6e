// Whether anybody still reads what is written: of a program that may have nothing to write for
// long, and would not hear of it otherwise.
#pragma once

#include "common/loop/fd_watch.hpp"
#include "common/sys/unique_fd.hpp"

#include <cstdint>

namespace hark {

class ReaderWatch {
   public:
    // `on_gone` is called once, when a pipe's reader or the terminal has gone.
    ReaderWatch(EventLoop& loop, Callback<void()> on_gone) noexcept;

    // Begins with `fd`, which stays the caller's. Of a regular file nothing is ever heard.
    void start(int fd) noexcept;

   private:
    void on_ready(std::uint32_t events) noexcept;

    Callback<void()> on_gone_;
    UniqueFd fd_;  // another one, since the output may watch its own
    FdWatch watch_;
};

}  // namespace hark
