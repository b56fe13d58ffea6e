#include "common/sys/calls.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace hark::sys {

namespace {

// The value of `call`, or -errno; retried if interrupted by a signal.
template <typename Call>
auto retried(Call call) noexcept -> decltype(call()) {
    while (true) {
        const auto result = call();
        if (result >= 0) return result;
        if (errno != EINTR) return -errno;
    }
}

int epoll_change(int epoll, int operation, int fd, std::uint32_t events, void* data) noexcept {
    epoll_event event{};
    event.events = events;
    event.data.ptr = data;
    return ::epoll_ctl(epoll, operation, fd, &event) == 0 ? 0 : -errno;
}

}  // namespace

int accept(int listener, sockaddr_storage& peer) noexcept {
    return retried([&]() noexcept {
        socklen_t size = sizeof peer;
        return ::accept4(listener, reinterpret_cast<sockaddr*>(&peer), &size,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
    });
}

ssize_t recv(int socket, void* into, std::size_t size) noexcept {
    return retried([=]() noexcept { return ::recv(socket, into, size, 0); });
}

ssize_t peek(int socket, void* into, std::size_t size) noexcept {
    return retried([=]() noexcept { return ::recv(socket, into, size, MSG_PEEK); });
}

int unread(int socket) noexcept {
    int bytes = 0;
    return ::ioctl(socket, SIOCINQ, &bytes) == 0 ? bytes : -errno;
}

ssize_t send(int socket, const void* from, std::size_t size) noexcept {
    return retried(
        [=]() noexcept { return ::send(socket, from, size, MSG_NOSIGNAL | MSG_DONTWAIT); });
}

int sendmmsg(int socket, mmsghdr* from, unsigned count) noexcept {
    return retried(
        [=]() noexcept { return ::sendmmsg(socket, from, count, MSG_NOSIGNAL | MSG_DONTWAIT); });
}

int send_descriptor(int socket, int fd) noexcept {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof fd)> control{};
    msghdr message{};
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
    return static_cast<int>(retried(
        [&]() noexcept { return ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT); }));
}

int shutdown_write(int socket) noexcept {
    return ::shutdown(socket, SHUT_WR) == 0 ? 0 : -errno;
}

ssize_t read(int fd, void* into, std::size_t size) noexcept {
    return retried([=]() noexcept { return ::read(fd, into, size); });
}

ssize_t write(int fd, const void* from, std::size_t size) noexcept {
    return retried([=]() noexcept { return ::write(fd, from, size); });
}

ssize_t pread(int fd, void* into, std::size_t size, std::int64_t offset) noexcept {
    return retried([=]() noexcept { return ::pread(fd, into, size, offset); });
}

int open(const char* path, int flags, mode_t mode) noexcept {
    return retried([=]() noexcept { return ::open(path, flags, mode); });
}

int memfd_create(const char* name) noexcept {
    const int fd = ::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return fd < 0 ? -errno : fd;
}

int fstat(int fd, struct stat& into) noexcept {
    return ::fstat(fd, &into) == 0 ? 0 : -errno;
}

int ftruncate(int fd, std::int64_t size) noexcept {
    return retried([=]() noexcept { return ::ftruncate(fd, size); });
}

int fdatasync(int fd) noexcept {
    return retried([=]() noexcept { return ::fdatasync(fd); });
}

// glibc has no wrappers for these calls.
int io_setup(aio_context_t& into) noexcept {
    into = 0;
    return ::syscall(SYS_io_setup, 1, &into) == 0 ? 0 : -errno;
}

void io_destroy(aio_context_t context) noexcept {
    ::syscall(SYS_io_destroy, context);
}

int io_submit(aio_context_t context, iocb& request) noexcept {
    iocb* requests = &request;
    return static_cast<int>(
        retried([&]() noexcept { return ::syscall(SYS_io_submit, context, 1L, &requests); }));
}

int io_getevents(aio_context_t context, io_event& into, bool waits) noexcept {
    return static_cast<int>(retried([&]() noexcept {
        timespec no_time{};
        return ::syscall(SYS_io_getevents, context, waits ? 1L : 0L, 1L, &into,
                         waits ? nullptr : &no_time);
    }));
}

int epoll_create() noexcept {
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    return epoll >= 0 ? epoll : -errno;
}

int epoll_add(int epoll, int fd, std::uint32_t events, void* data) noexcept {
    return epoll_change(epoll, EPOLL_CTL_ADD, fd, events, data);
}

int epoll_modify(int epoll, int fd, std::uint32_t events, void* data) noexcept {
    return epoll_change(epoll, EPOLL_CTL_MOD, fd, events, data);
}

int epoll_remove(int epoll, int fd) noexcept {
    return epoll_change(epoll, EPOLL_CTL_DEL, fd, 0, nullptr);
}

int epoll_wait(int epoll, epoll_event* into, int capacity, int timeout_ms) noexcept {
    const int count = ::epoll_wait(epoll, into, capacity, timeout_ms);
    if (count >= 0) return count;
    return errno == EINTR ? 0 : -errno;
}

}  // namespace hark::sys
