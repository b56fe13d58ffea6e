#include "tests/prove/kernel.hpp"

#include "common/sys/calls.hpp"

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

// The real calls, in namespace hark::kernel.
#define sys kernel
#include "common/sys/calls.cpp"
#undef sys

namespace hark::prove {

namespace {

Kernel* in_force = nullptr;

// Whether the call is to fail in this way.
bool strikes(Fault fault) noexcept {
    if (in_force == nullptr) return false;
    in_force->note_call();
    return in_force->strikes(fault);
}
bool is_folder(int fd) noexcept {
    struct stat status {};
    return ::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}
bool has(Bug bug) noexcept {
    return in_force != nullptr && in_force->has(bug);
}
// Whether the bug strikes this time.
bool has_now(Bug bug) noexcept {
    return in_force != nullptr && in_force->has_now(bug);
}

}  // namespace

std::string_view name(Fault fault) noexcept {
    static constexpr std::array<std::string_view, FAULTS> NAMES{"nothing to receive yet",
                                                                "received in part",
                                                                "no room to send",
                                                                "sent in part",
                                                                "no memory to send",
                                                                "disk full",
                                                                "write fails",
                                                                "written in part",
                                                                "sync fails",
                                                                "sync not begun",
                                                                "written during a sync",
                                                                "truncation fails",
                                                                "open fails",
                                                                "examining fails",
                                                                "events come late"};
    return NAMES[static_cast<std::size_t>(fault)];
}

Kernel::Kernel(Random& random, Disk& disk, Names& names, bool async, Bug bug) noexcept
    : random_{random}, disk_{disk}, names_{names}, async_{async}, bug_{bug} {
    in_force = this;
}

Kernel::~Kernel() {
    in_force = nullptr;
}

bool Kernel::strikes(Fault fault) noexcept {
    // Rare calls fail more often.
    const bool rare = fault >= Fault::sync_failed && fault <= Fault::open_failed;
    if (one_in_ == 0 || random_() % (rare ? 2 + one_in_ / 8 : one_in_) != 0) return false;
    note(fault);
    return true;
}

bool Kernel::is_full() noexcept {
    if (!std::exchange(part_written_, false) || random_() % 2 == 0) return false;
    note(Fault::write_full);
    return true;
}

int Kernel::end_sync(FileId file) noexcept {
    const bool fails = strikes(Fault::sync_failed);
    disk_.sync_ends(file, fails                         ? Disk::Outcome::failed
                          : has_now(Bug::syncs_in_part) ? Disk::Outcome::in_part
                                                        : Disk::Outcome::well);
    return fails && !has(Bug::trusts_a_second_sync) ? -EIO : 0;
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
    return kernel::accept(listener, peer);
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
    if (has_now(Bug::forgets_what_it_sends)) return static_cast<ssize_t>(size);
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
    if (strikes(Fault::write_full) || (in_force != nullptr && in_force->is_full())) return -ENOSPC;
    if (strikes(Fault::write_failed)) return -EIO;
    if (has_now(Bug::answers_before_writing)) return static_cast<ssize_t>(size);
    const std::size_t wanted = size;
    const bool lies = size > 1 && has_now(Bug::counts_a_short_write_as_whole);
    if (size > 1 && (lies || strikes(Fault::write_short))) {
        size = in_force->part(size - 1);
        if (!lies) in_force->note_part_written();
    }
    const ssize_t count = kernel::write(fd, from, size);
    if (count > 0 && in_force != nullptr &&
        in_force->disk().wrote(fd, static_cast<std::size_t>(count))) {
        in_force->note(Fault::written_during_sync);
    }
    return lies && count > 0 ? static_cast<ssize_t>(wanted) : count;
}

ssize_t pread(int fd, void* into, std::size_t size, std::int64_t offset) noexcept {
    return kernel::pread(fd, into, size, offset);
}

int open(const char* path, int flags, mode_t mode) noexcept {
    // The first open is that of a start, which fails with a reason.
    if (strikes(Fault::open_failed)) return -EMFILE;
    const int fd = kernel::open(path, flags, mode);
    if (fd >= 0 && in_force != nullptr && (flags & O_EXCL) != 0) in_force->names().created(path);
    return fd;
}

int memfd_create(const char* name) noexcept {
    return kernel::memfd_create(name);
}

int fstat(int fd, struct stat& into) noexcept {
    if (!strikes(Fault::stat_failed)) return kernel::fstat(fd, into);
    in_force->disk().cannot_truncate(fd);
    return -EIO;
}

int ftruncate(int fd, std::int64_t size) noexcept {
    if (strikes(Fault::truncate_failed)) {
        in_force->disk().cannot_truncate(fd);
        return -EIO;
    }
    const int result = kernel::ftruncate(fd, size);
    if (result == 0 && in_force != nullptr) in_force->disk().truncated(fd, size);
    return result;
}

int fdatasync(int fd) noexcept {
    if (in_force == nullptr) return 0;
    if (prove::is_folder(fd)) {
        if (strikes(Fault::sync_failed)) return -EIO;
        if (!has(Bug::forgets_names)) in_force->names().synced();
        return 0;
    }
    in_force->note_call();
    const prove::FileId file = prove::id_of(fd);
    in_force->disk().sync_begins(file);
    return in_force->end_sync(file);
}

int io_setup(aio_context_t& into) noexcept {
    if (in_force == nullptr || !in_force->async()) return -ENOSYS;
    into = in_force->syncs().open();
    return 0;
}

void io_destroy(aio_context_t context) noexcept {
    in_force->syncs().close(context, in_force->disk());
}

int io_submit(aio_context_t context, iocb& request) noexcept {
    if (strikes(Fault::sync_not_begun)) return -EAGAIN;
    in_force->syncs().submit(context, request, in_force->disk());
    return 1;
}

int io_getevents(aio_context_t context, io_event& into, bool waits) noexcept {
    in_force->note_call();
    return in_force->syncs().take(context, waits, into, *in_force) ? 1 : 0;
}

int epoll_create() noexcept {
    return kernel::epoll_create();
}

int epoll_add(int epoll, int fd, std::uint32_t events, void* data) noexcept {
    return kernel::epoll_add(epoll, fd, events, data);
}

int epoll_modify(int epoll, int fd, std::uint32_t events, void* data) noexcept {
    return kernel::epoll_modify(epoll, fd, events, data);
}

int epoll_remove(int epoll, int fd) noexcept {
    return kernel::epoll_remove(epoll, fd);
}

int epoll_wait(int epoll, epoll_event* into, int capacity, int timeout_ms) noexcept {
    if (in_force != nullptr) in_force->syncs().pass(*in_force);
    if (strikes(Fault::epoll_late)) return 0;
    return kernel::epoll_wait(epoll, into, capacity, timeout_ms);
}

}  // namespace hark::sys
