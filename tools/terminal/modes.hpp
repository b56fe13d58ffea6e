// The terminal of standard input in a mode in which keys come at once and are not shown; Ctrl-C and
// Ctrl-Z stay signals. Both ends restore what was before, in the foreground: in the background the
// terminal is somebody else's.
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

    // Gives the terminal back, and takes it again, as it then is.
    void suspend() noexcept;
    void resume() noexcept;

   private:
    termios before_{};
    bool taken_ = false;
};

}  // namespace hark
