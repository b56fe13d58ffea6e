// Puts the terminal of standard input into a mode without line buffering and echo; Ctrl-C and
// Ctrl-Z remain signals. suspend() and the destructor restore the previous mode, if in the
// foreground: in the background the terminal belongs to another job.
#pragma once

#include <termios.h>

namespace hark {

class TerminalModes {
   public:
    // Throws SystemError.
    TerminalModes();
    ~TerminalModes();
    TerminalModes(const TerminalModes&) = delete;
    TerminalModes& operator=(const TerminalModes&) = delete;

    // suspend() restores the terminal; resume() takes it over again in its current state.
    void suspend() noexcept;
    void resume() noexcept;

   private:
    termios before_{};
    bool taken_ = false;
};

}  // namespace hark
