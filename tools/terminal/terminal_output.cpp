#include "tools/terminal/terminal_output.hpp"

#include "common/loop/event_loop.hpp"
#include "common/sys/calls.hpp"
#include "common/sys/open_again.hpp"

#include <algorithm>
#include <cerrno>

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace hark {

namespace {

// A writable terminal or pipe practically always takes this much without blocking.
constexpr std::size_t SMALL = 256;

}  // namespace

TerminalOutput::TerminalOutput(EventLoop& loop, Callback<void()> on_room,
                               Callback<void(int)> on_error)
    : on_room_{on_room},
      on_error_{on_error},
      watch_{loop, method<&TerminalOutput::on_ready>(*this)},
      flush_task_{loop, Stage::finish, method<&TerminalOutput::on_flush>(*this)} {
    open();
}

void TerminalOutput::open() {
    own_ = open_again_for_writing(STDOUT_FILENO);
    fd_ = own_ ? own_.get() : STDOUT_FILENO;
    // epoll refuses regular files, which never block for long.
    watched_ = watch_.start(fd_, 0) == 0 && watch_.set_interest(EPOLLOUT) == 0;
    if (watched_) static_cast<void>(watch_.set_interest(0));
    may_wait_ = watched_ && !own_;
}

void TerminalOutput::write(std::string_view bytes) {
    if (failed_) return;
    queue_.append(bytes);
    full_ = full_ || !has_room();
    if (watch_.interest() == 0) flush_task_.schedule();
}

void TerminalOutput::on_ready(std::uint32_t) noexcept {
    on_flush();
}

void TerminalOutput::on_flush() noexcept {
    if (failed_) return;
    if (may_wait_ && watch_.interest() == 0) {
        // Not until it is known to be writable.
    } else if (may_wait_) {
        static_cast<void>(write_some());
    } else {
        while (unwritten() > 0 && write_some()) {
        }
    }
    if (failed_) return;
    if (unwritten() == 0) {
        queue_.clear();
        written_ = 0;
    } else if (written_ > LIMIT) {
        queue_.erase(0, written_);
        written_ = 0;
    }
    if (watched_) static_cast<void>(watch_.set_interest(unwritten() > 0 ? EPOLLOUT : 0U));
    if (full_ && unwritten() <= LIMIT / 2) {
        full_ = false;
        on_room_();
    }
}

bool TerminalOutput::write_some() noexcept {
    const std::size_t most = may_wait_ ? std::min(unwritten(), SMALL) : unwritten();
    const ssize_t size = sys::write(fd_, queue_.data() + written_, most);
    if (size == -EAGAIN) return false;
    if (size < 0) {
        fail(static_cast<int>(-size));
        return false;
    }
    written_ += static_cast<std::size_t>(size);
    return true;
}

void TerminalOutput::fail(int error) noexcept {
    failed_ = true;
    queue_.clear();
    written_ = 0;
    watch_.stop();
    on_error_(error);
}

void TerminalOutput::finish(Duration longest) noexcept {
    const TimePoint end = std::chrono::steady_clock::now() + longest;
    while (!failed_ && unwritten() > 0) {
        if (watched_) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(
                end - std::chrono::steady_clock::now());
            pollfd waiting{fd_, POLLOUT, 0};
            if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) == 0) {
                break;
            }
        }
        if (!write_some() && !watched_) break;
    }
    queue_.clear();
    written_ = 0;
}

}  // namespace hark
