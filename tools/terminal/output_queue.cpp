#include "tools/terminal/output_queue.hpp"

#include "common/sys/calls.hpp"
#include "tools/cli/report.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>

#include <sys/epoll.h>

namespace hark {

OutputQueue::OutputQueue(EventLoop& loop, int fd, Callback<void()> on_change) noexcept
    : fd_{fd}, on_change_{on_change}, watch_{loop, method<&OutputQueue::on_ready>(*this)} {
    pollable_ = watch_.start(fd_, EPOLLOUT) == 0 && watch_.set_interest(0) == 0;
}

void OutputQueue::write(std::string_view bytes) {
    if (error_ != 0) return;
    if (pollable_) {
        queue_.append(bytes);
        if (const int error = watch_.set_interest(EPOLLOUT); error < 0) fail(-error);
        return;
    }
    // A regular file: writing to it does not block for long.
    if (const int error = write_all(fd_, bytes); error < 0) fail(-error);
}

void OutputQueue::on_ready(std::uint32_t) noexcept {
    // The descriptor may be shared and blocking: a pipe that is ready takes this much without
    // blocking.
    const std::size_t most = std::min<std::size_t>(queue_.size(), PIPE_BUF);
    const ssize_t size = sys::write(fd_, queue_.data(), most);
    if (size == -EAGAIN) return;
    if (size < 0) {
        fail(static_cast<int>(-size));
        on_change_();
        return;
    }
    const bool had_room = has_room();
    queue_.erase(0, static_cast<std::size_t>(size));
    if (queue_.empty()) {
        if (const int error = watch_.set_interest(0); error < 0) fail(-error);
    }
    if (queue_.empty() || (!had_room && has_room())) on_change_();
}

void OutputQueue::fail(int error) noexcept {
    error_ = error;
    queue_.clear();
    watch_.stop();
}

}  // namespace hark
