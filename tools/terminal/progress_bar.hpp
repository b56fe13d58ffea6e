// A progress bar on the terminal's last line: redrawn in place, erased at the end, and never shown
// for work that finishes at once.
#pragma once

#include "common/loop/timer.hpp"

#include <cstdint>
#include <string>

namespace hark {

struct Progress {
    double part = -1;  // 0 to 1; negative: unknown
    std::uint64_t sent = 0;
    std::uint64_t acknowledged = 0;
};

// The line for a terminal this many columns wide; UTF-8.
[[nodiscard]] std::string progress_line(const Progress& progress, std::size_t columns);

class ProgressBar {
   public:
    // Draws on `fd` what `ask` returns. Draws nothing if `fd` is not a terminal that can erase.
    ProgressBar(EventLoop& loop, int fd, Callback<Progress()> ask) noexcept;

    // Starts now; first draws after a second.
    void start() noexcept;
    // Erases the bar so that something else can be written; it is redrawn later.
    void clear() noexcept;
    void stop() noexcept;

   private:
    void draw() noexcept;

    int fd_;
    Callback<Progress()> ask_;
    Timer timer_;
    bool shown_ = false;
};

}  // namespace hark
