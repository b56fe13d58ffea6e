#include "tests/prove/kernel.hpp"

#include "common/sys/calls.hpp"

#include <algorithm>
#include <cerrno>
#include <string>

#include <fcntl.h>
#include <unistd.h>

// The real calls, in namespace hark::kernel.
#define sys kernel
#include "common/sys/calls.cpp"
#undef sys

namespace hark::prove {

namespace {

Kernel* in_force = nullptr;

// Whether the call is to fail so.
bool strikes(Fault fault) noexcept {
    if (in_force == nullptr) return false;
    in_force->note_call();
    return in_force->strikes(fault);
}
bool is_eventfd(int fd) noexcept {
    std::array<char, 64> target{};
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    return ::readlink(path.c_str(), target.data(), target.size() - 1) > 0 &&
           std::string_view{target.data()}.find("eventfd") != std::string_view::npos;
}
bool has(Bug bug) noexcept {
    return in_force != nullptr && in_force->has(bug);
}
// Not each time.
bool has_now(Bug bug) noexcept {
    return in_force != nullptr && in_force->has_now(bug);
}

}  // namespace

std::string_view name(Fault fault) noexcept {
    static constexpr std::array<std::string_view, FAULTS> NAMES{
        "accept fails",     "nothing to receive yet",
        "received in part", "no room to send",
        "sent in part",     "no memory to send",
        "disk full",        "write fails",
        "written in part",  "sync fails",
        "truncation fails", "open fails",
        "examining fails",  "epoll fails",
        "events come late"};
    return NAMES[static_cast<std::size_t>(fault)];
}

Kernel::Kernel(Random& random, Disk& disk, Bug bug) noexcept
    : random_{random}, disk_{disk}, bug_{bug} {
    in_force = this;
}

Kernel::~Kernel() {
    in_force = nullptr;
}

bool Kernel::strikes(Fault fault) noexcept {
    if (one_in_ == 0 || random_() % one_in_ != 0) return false;
    ++counts_[static_cast<std::size_t>(fault)];
    return true;
}

}  // namespace hark::prove

namespace hark::sys {

using prove::Bug;
using prove::Fault;
using prove::has;
using prove::has_now;
using prove::in_force;
using prove::strikes;

int accept(int listener, sockaddr_storage& peer) noexcept {
    return strikes(Fault::accept_fails) ? -ECONNABORTED : kernel::accept(listener, peer);
}

ssize_t recv(int socket, void* into, std::size_t size) noexcept {
    if (strikes(Fault::recv_again)) return -EAGAIN;
    if (size > 1 && strikes(Fault::recv_short)) size = in_force->part(size);
    const ssize_t count = kernel::recv(socket, into, size);
    if (count > 1 && has_now(Bug::forgets_the_tail)) return count - 1;
    return count;
}

ssize_t peek(int socket, void* into, std::size_t size) noexcept {
    return kernel::peek(socket, into, size);
}

int unread(int socket) noexcept {
    return kernel::unread(socket);
}

ssize_t send(int socket, const void* from, std::size_t size) noexcept {
    if (strikes(Fault::send_again)) return -EAGAIN;
    if (strikes(Fault::send_no_memory)) return -ENOBUFS;
    if (size > 1 && strikes(Fault::send_short)) size = in_force->part(size);
    return kernel::send(socket, from, size);
}

int sendmmsg(int socket, mmsghdr* from, unsigned count) noexcept {
    return kernel::sendmmsg(socket, from, count);
}

int send_descriptor(int socket, int fd) noexcept {
    return kernel::send_descriptor(socket, fd);
}

int shutdown_write(int socket) noexcept {
    return kernel::shutdown_write(socket);
}

ssize_t read(int fd, void* into, std::size_t size) noexcept {
    return kernel::read(fd, into, size);
}

ssize_t write(int fd, const void* from, std::size_t size) noexcept {
    if (strikes(Fault::write_full)) return -ENOSPC;
    if (strikes(Fault::write_failed)) return -EIO;
    if (has_now(Bug::answers_before_writing)) return static_cast<ssize_t>(size);
    const std::size_t wanted = size;
    const bool lies = size > 1 && has_now(Bug::counts_a_short_write_as_whole);
    if (size > 1 && (lies || strikes(Fault::write_short))) size = in_force->part(size - 1);
    const ssize_t count = kernel::write(fd, from, size);
    if (count > 0 && in_force != nullptr) {
        in_force->disk().wrote(fd, static_cast<std::size_t>(count));
    }
    return lies && count > 0 ? static_cast<ssize_t>(wanted) : count;
}

ssize_t pread(int fd, void* into, std::size_t size, std::int64_t offset) noexcept {
    return kernel::pread(fd, into, size, offset);
}

int open(const char* path, int flags, mode_t mode) noexcept {
    // The first opening is a start's, which fails with a reason.
    if (strikes(Fault::open_failed)) return -EMFILE;
    return kernel::open(path, flags, mode);
}

int memfd_create(const char* name) noexcept {
    return kernel::memfd_create(name);
}

int fstat(int fd, struct stat& into) noexcept {
    return strikes(Fault::stat_failed) ? -EIO : kernel::fstat(fd, into);
}

int ftruncate(int fd, std::int64_t size) noexcept {
    if (strikes(Fault::truncate_failed)) return -EIO;
    const int result = kernel::ftruncate(fd, size);
    if (result == 0 && in_force != nullptr) in_force->disk().truncated(fd, size);
    return result;
}

int fdatasync(int fd) noexcept {
    const bool fails = strikes(Fault::sync_failed);
    if (in_force != nullptr) in_force->disk().synced(fd, !fails);
    return fails && !has(Bug::trusts_a_second_sync) ? -EIO : 0;
}

int epoll_create() noexcept {
    return kernel::epoll_create();
}

// Without an eventfd, a disk is waited for in fdatasync(), where all is in one order.
int epoll_add(int epoll, int fd, std::uint32_t events, void* data) noexcept {
    if (in_force != nullptr && prove::is_eventfd(fd)) return -ENOSPC;
    return kernel::epoll_add(epoll, fd, events, data);
}

int epoll_modify(int epoll, int fd, std::uint32_t events, void* data) noexcept {
    return kernel::epoll_modify(epoll, fd, events, data);
}

int epoll_remove(int epoll, int fd) noexcept {
    return kernel::epoll_remove(epoll, fd);
}

int epoll_wait(int epoll, epoll_event* into, int capacity, int timeout_ms) noexcept {
    if (strikes(Fault::epoll_late)) return 0;
    return kernel::epoll_wait(epoll, into, capacity, timeout_ms);
}

}  // namespace hark::sys
