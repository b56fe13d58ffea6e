#include "tools/terminal/modes.hpp"

#include "common/sys/error.hpp"
#include "tools/terminal/job_control.hpp"

#include <cerrno>

#include <unistd.h>

namespace hark {

TerminalModes::TerminalModes() {
    resume();
    if (!taken_) throw SystemError{errno, N_("cannot read the terminal")};
}

TerminalModes::~TerminalModes() {
    if (is_in_foreground()) suspend();
}

void TerminalModes::suspend() noexcept {
    if (taken_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
    taken_ = false;
}

void TerminalModes::resume() noexcept {
    if (taken_ || ::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    taken_ = ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

}  // namespace hark
