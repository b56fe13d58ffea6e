// How far it is, on a terminal's last line: drawn over itself, gone when it is over, and never seen
// by what is over at once.
#pragma once

#include "common/loop/timer.hpp"

#include <cstdint>
#include <string>

namespace hark {

struct Progress {
    double part = -1;  // 0 to 1; negative: not known
    std::uint64_t sent = 0;
    std::uint64_t acknowledged = 0;
};

// The line for a terminal of so many columns; UTF-8.
[[nodiscard]] std::string progress_line(const Progress& progress, std::size_t columns);

class ProgressBar {
   public:
    // Draws on `fd` what `ask` answers. Nothing is ever drawn on what is no terminal, or one that
    // cannot erase.
    ProgressBar(EventLoop& loop, int fd, Callback<Progress()> ask) noexcept;

    // From now on; the first is drawn after a second.
    void start() noexcept;
    // Takes it off the screen for something else to be written; it comes back.
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
