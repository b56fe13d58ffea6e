#include "common/io/output_stream.hpp"

#include "common/loop/event_loop.hpp"

#include <cerrno>
#include <chrono>

#include <poll.h>
#include <sys/epoll.h>

namespace hark {

OutputStream::OutputStream(EventLoop& loop, int fd, Notices notices) noexcept
    : notices_{notices},
      watch_{loop, method<&OutputStream::on_ready>(*this)},
      flush_task_{loop, Stage::finish, method<&OutputStream::flush>(*this)},
      open_error_{-out_.open(fd)} {
    if (open_error_ == 0) static_cast<void>(watch_.start(out_.get(), 0));
}

void OutputStream::write(std::string_view bytes) {
    if (error_ != 0) return;
    queue_.append(bytes);
    if (out_.is_regular() && write_queue() && queue_.empty()) return;
    full_ = full_ || !has_room();
    // flush() also reports an error, which write() must not do itself.
    if (!waits_for_room()) flush_task_.schedule();
}

bool OutputStream::waits_for_room() const noexcept {
    return (watch_.interest() & EPOLLOUT) != 0;
}

void OutputStream::on_ready(std::uint32_t events) noexcept {
    if (waits_for_room()) {
        flush();
        return;
    }
    // Only the reader was watched, and only its going away counts.
    watches_reader_ = false;
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
        fail(EPIPE);
        tell_error();
    } else {
        update_interest();
    }
}

void OutputStream::flush() noexcept {
    const bool had_some = !queue_.empty();
    if (write_queue()) update_interest();
    if (error_ != 0) {
        tell_error();
        return;
    }
    if (full_ && queue_.size() <= LIMIT / 2) {
        full_ = false;
        if (notices_.on_room) notices_.on_room();
    }
    if (had_some && queue_.empty() && notices_.on_empty) notices_.on_empty();
}

bool OutputStream::write_queue() noexcept {
    if (open_error_ != 0 && !queue_.empty()) fail(open_error_);
    while (!queue_.empty()) {
        const ssize_t size = out_.write(queue_.view());
        if (size == -EAGAIN) break;
        if (size < 0) {
            fail(static_cast<int>(-size));
            break;
        }
        queue_.consume(static_cast<std::size_t>(size));
    }
    return error_ == 0;
}

void OutputStream::update_interest() noexcept {
    if (error_ != 0 || open_error_ != 0) return;
    const std::uint32_t room = queue_.empty() ? 0U : EPOLLOUT;
    // EPOLLPRI alone reports no more than what always comes: EPOLLERR or EPOLLHUP.
    const std::uint32_t reader = watches_reader_ ? EPOLLPRI : 0U;
    if (watch_.set_interest(room | reader) == 0) return;
    // Devices such as /dev/null cannot be watched, and nothing is ever queued for them.
    watches_reader_ = false;
    if (const int error = watch_.set_interest(room); error < 0) fail(-error);
}

void OutputStream::watch_reader() noexcept {
    watches_reader_ = !out_.is_regular();
    // If something is queued, flush() will do this.
    if (queue_.empty()) update_interest();
}

void OutputStream::fail(int error) noexcept {
    error_ = error;
    queue_.clear();
    watch_.stop();
}

void OutputStream::tell_error() noexcept {
    if (told_) return;
    told_ = true;
    if (notices_.on_error) notices_.on_error();
}

void OutputStream::drain(Duration longest) noexcept {
    const TimePoint end = std::chrono::steady_clock::now() + longest;
    while (write_queue() && !queue_.empty()) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        pollfd waiting{.fd = out_.get(), .events = POLLOUT, .revents = 0};
        if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) == 0) break;
    }
    queue_.clear();
    if (error_ != 0) tell_error();
    // Stops watching for room, and calls on_room if a producer waits for it.
    flush_task_.schedule();
}

}  // namespace hark
