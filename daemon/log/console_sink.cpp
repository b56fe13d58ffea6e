#include "daemon/log/console_sink.hpp"

#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"
#include "common/sys/open_again.hpp"
#include "daemon/log/journal_stream.hpp"

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hark {

ConsoleSink::ConsoleSink(EventLoop& loop, Callback<void()> on_ready, int fd,
                         ConsoleLines::Style style)
    : Sink{on_ready}, renderer_{style}, watch_{loop, method<&ConsoleSink::on_writable>(*this)} {
    // If it was closed at start-up, reserve_standard_fds() has put an unwritable descriptor there.
    const int mode = fcntl(fd, F_GETFL);
    struct stat status {};
    if (mode < 0 || (mode & O_ACCMODE) == O_RDONLY || sys::fstat(fd, status) < 0) {
        throw SystemError{EBADF, N_("cannot log to the console, standard output")};
    }
    fd_ = open_again_for_writing(fd);
    if (fd_) return;
    if (S_ISSOCK(status.st_mode)) {
        way_ = Way::send;
    } else if (!S_ISREG(status.st_mode)) {
        way_ = Way::careful;
    }
    fd_.reset(fcntl(fd, F_DUPFD_CLOEXEC, 3));
    if (!fd_) throw SystemError{errno, N_("cannot log to the console, standard output")};
}

void ConsoleSink::append(const Record& record) noexcept {
    renderer_.append(lines_.next_line(), record);
}

SinkState ConsoleSink::commit() noexcept {
    while (!lines_.unwritten().empty()) {
        const ssize_t count = put(lines_.unwritten());
        if (count > 0) {
            add_stored(lines_.wrote(static_cast<std::size_t>(count)));
            lines_.release(lines_.unreleased());
            continue;
        }
        const int error = count == 0 ? EAGAIN : static_cast<int>(-count);
        switch (error) {
            case EAGAIN:
                if (!watched_) watched_ = watch_.start(fd_.get(), EPOLLOUT) == 0;
                if (watched_) static_cast<void>(watch_.set_interest(EPOLLOUT));
                return fail(SinkState::blocked, error);
            case EPIPE:
            case EIO:
            case ENXIO:
            case EBADF:
            case ECONNRESET:
            case ENOTCONN:
                watch_.stop();
                watched_ = false;
                return fail(SinkState::gone, error);
            default:
                return fail(SinkState::refusing, error);
        }
    }
    return SinkState::clear;
}

ssize_t ConsoleSink::put(std::string_view bytes) noexcept {
    if (way_ == Way::send) return sys::send(fd_.get(), bytes.data(), bytes.size());
    if (way_ == Way::careful) {
        pollfd room{.fd = fd_.get(), .events = POLLOUT, .revents = 0};
        if (poll(&room, 1, 0) == 0) return -EAGAIN;
        bytes = bytes.substr(0, PIPE_BUF);
    }
    return sys::write(fd_.get(), bytes.data(), bytes.size());
}

void ConsoleSink::on_writable(std::uint32_t) noexcept {
    static_cast<void>(watch_.set_interest(0));
    say_ready();
}

ConsoleLines::Style console_style(int fd) noexcept {
    const char* terminal = std::getenv("TERM");
    const char* no_colour = std::getenv("NO_COLOR");
    return {.time = !output_is_journal(fd),
            .colour = isatty(fd) != 0 && (no_colour == nullptr || *no_colour == '\0') &&
                      terminal != nullptr && std::string_view{terminal} != "dumb"};
}

}  // namespace hark
