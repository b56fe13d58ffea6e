#include "common/io/output_descriptor.hpp"

#include "common/sys/calls.hpp"
#include "common/sys/open_again.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>

namespace hark {

namespace {

// In practice, a terminal that polls writable always takes this much without blocking.
constexpr std::size_t TERMINAL_ROOM = 256;

}  // namespace

int OutputDescriptor::open(int fd) noexcept {
    // A standard descriptor that was closed at startup has a read-only placeholder.
    const int mode = ::fcntl(fd, F_GETFL);
    if (mode < 0 || (mode & O_ACCMODE) == O_RDONLY) return -EBADF;
    struct stat status {};
    if (const int error = sys::fstat(fd, status); error < 0) return error;

    fd_ = open_again_for_writing(fd);
    if (fd_) {
        way_ = Way::reopened;
        return 0;
    }
    constexpr int AFTER_STANDARD_FDS = 3;
    fd_.reset(::fcntl(fd, F_DUPFD_CLOEXEC, AFTER_STANDARD_FDS));
    if (!fd_) return -errno;
    if (S_ISREG(status.st_mode)) {
        way_ = Way::regular;
    } else if (S_ISSOCK(status.st_mode)) {
        way_ = Way::socket;
    } else {
        way_ = Way::polled;
        largest_ = S_ISFIFO(status.st_mode) ? PIPE_BUF : TERMINAL_ROOM;
    }
    return 0;
}

ssize_t OutputDescriptor::write(std::string_view bytes) noexcept {
    if (way_ == Way::socket) return sys::send(fd_.get(), bytes.data(), bytes.size());
    if (way_ == Way::polled) {
        pollfd room{.fd = fd_.get(), .events = POLLOUT, .revents = 0};
        if (::poll(&room, 1, 0) == 0) return -EAGAIN;
        bytes = bytes.substr(0, largest_);
    }
    const ssize_t size = sys::write(fd_.get(), bytes.data(), bytes.size());
    return size == 0 ? -EAGAIN : size;
}

}  // namespace hark
