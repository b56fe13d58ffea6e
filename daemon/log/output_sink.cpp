#include "daemon/log/output_sink.hpp"

#include "common/sys/error.hpp"

#include <cerrno>

namespace hark {

OutputSink::OutputSink(EventLoop& loop, Callback<void()> on_ready, SinkConfig::Kind kind, int fd,
                       const char* cannot_open)
    : Sink{SinkConfig{.kind = kind}.name(), on_ready},
      watch_{loop, method<&OutputSink::on_writable>(*this)} {
    if (const int error = out_.open(fd); error < 0) throw SystemError{-error, cannot_open};
}

SinkState OutputSink::commit() noexcept {
    while (!lines_.unwritten().empty()) {
        const ssize_t count = out_.write(lines_.unwritten());
        if (count > 0) {
            add_stored(lines_.wrote(static_cast<std::size_t>(count)));
            lines_.release(lines_.unreleased());
            continue;
        }
        const int error = static_cast<int>(-count);
        switch (error) {
            case EAGAIN:
                return wait_for_room();
            case EPIPE:
            case EIO:
            case ENXIO:
            case EBADF:
            case ECONNRESET:
            case ENOTCONN:
                watch_.stop();
                return fail(SinkState::gone, error);
            default:
                return fail(SinkState::refusing, error);
        }
    }
    return SinkState::clear;
}

Sink::Backlog OutputSink::backlog() const noexcept {
    const std::size_t bytes = lines_.unwritten().size();
    return {.held = bytes, .unwritten = bytes};
}

SinkState OutputSink::wait_for_room() noexcept {
    // If even this fails, the log tries again by itself.
    if (watch_.interest() == 0) static_cast<void>(watch_.start(out_.get(), EPOLLOUT));
    return fail(SinkState::blocked, EAGAIN);
}

void OutputSink::on_writable(std::uint32_t) noexcept {
    watch_.stop();
    say_ready();
}

}  // namespace hark
