#include "tests/support/faults.hpp"

#include "common/sys/calls.hpp"

#include <algorithm>
#include <stdexcept>

#include <fcntl.h>
#include <unistd.h>

// The real calls, in namespace hark::kernel.
#define sys kernel
#include "common/sys/calls.cpp"
#undef sys

namespace hark::faults {

namespace {

Script* script_in_force = nullptr;

Script::Verdict judge(Call call, int fd = ANY_FD) noexcept {
    return script_in_force == nullptr ? Script::Verdict{} : script_in_force->judge(call, fd);
}

}  // namespace

Script::Script() {
    if (script_in_force != nullptr) throw std::logic_error{"one fault script at a time"};
    script_in_force = this;
}

Script::~Script() {
    script_in_force = nullptr;
}

void Script::fail(Call call, int error, When when) {
    faults_.push_back({call, {.fails = true, .error = error}, when});
}

void Script::shorten(Call call, std::size_t bytes, When when) {
    faults_.push_back({call, {.most = bytes}, when});
}

void Script::heal(Call call) {
    std::erase_if(faults_, [call](const Fault& fault) { return fault.call == call; });
}

void Script::heal() {
    faults_.clear();
}

unsigned Script::calls(Call call) const noexcept {
    return counts_[static_cast<std::size_t>(call)].calls;
}

unsigned Script::struck(Call call) const noexcept {
    return counts_[static_cast<std::size_t>(call)].struck;
}

Script::Verdict Script::judge(Call call, int fd) noexcept {
    Count& count = counts_[static_cast<std::size_t>(call)];
    ++count.calls;
    for (Fault& fault : faults_) {
        if (fault.call != call || fault.when.times == 0) continue;
        if (fault.when.fd != ANY_FD && fault.when.fd != fd) continue;
        if (fault.when.skip > 0) {
            --fault.when.skip;
            continue;
        }
        if (fault.when.times != ALWAYS) --fault.when.times;
        ++count.struck;
        return fault.verdict;
    }
    return {};
}

}  // namespace hark::faults

namespace hark::sys {

using faults::Call;
using faults::judge;

int accept(int listener, sockaddr_storage& peer) noexcept {
    const auto verdict = judge(Call::accept, listener);
    return verdict.fails ? -verdict.error : kernel::accept(listener, peer);
}

ssize_t recv(int socket, void* into, std::size_t size) noexcept {
    const auto verdict = judge(Call::recv, socket);
    if (verdict.fails) return -verdict.error;
    return kernel::recv(socket, into, std::min(size, verdict.most));
}

ssize_t peek(int socket, void* into, std::size_t size) noexcept {
    const auto verdict = judge(Call::recv, socket);
    if (verdict.fails) return -verdict.error;
    return kernel::peek(socket, into, std::min(size, verdict.most));
}

int unread(int socket) noexcept {
    const auto verdict = judge(Call::unread, socket);
    return verdict.fails ? -verdict.error : kernel::unread(socket);
}

ssize_t send(int socket, const void* from, std::size_t size) noexcept {
    const auto verdict = judge(Call::send, socket);
    if (verdict.fails) return -verdict.error;
    return kernel::send(socket, from, std::min(size, verdict.most));
}

int sendmmsg(int socket, mmsghdr* from, unsigned count) noexcept {
    const auto verdict = judge(Call::sendmmsg, socket);
    if (verdict.fails) return -verdict.error;
    return kernel::sendmmsg(socket, from,
                            static_cast<unsigned>(std::min<std::size_t>(count, verdict.most)));
}

int send_descriptor(int socket, int fd) noexcept {
    const auto verdict = judge(Call::send_descriptor, socket);
    return verdict.fails ? -verdict.error : kernel::send_descriptor(socket, fd);
}

int shutdown_write(int socket) noexcept {
    const auto verdict = judge(Call::shutdown_write, socket);
    return verdict.fails ? -verdict.error : kernel::shutdown_write(socket);
}

ssize_t read(int fd, void* into, std::size_t size) noexcept {
    const auto verdict = judge(Call::read, fd);
    if (verdict.fails) return -verdict.error;
    return kernel::read(fd, into, std::min(size, verdict.most));
}

ssize_t write(int fd, const void* from, std::size_t size) noexcept {
    const auto verdict = judge(Call::write, fd);
    if (verdict.fails) return -verdict.error;
    return kernel::write(fd, from, std::min(size, verdict.most));
}

ssize_t pread(int fd, void* into, std::size_t size, std::int64_t offset) noexcept {
    const auto verdict = judge(Call::pread, fd);
    if (verdict.fails) return -verdict.error;
    return kernel::pread(fd, into, std::min(size, verdict.most), offset);
}

int open(const char* path, int flags, mode_t mode) noexcept {
    const auto verdict = judge(Call::open);
    return verdict.fails ? -verdict.error : kernel::open(path, flags, mode);
}

int memfd_create(const char* name) noexcept {
    const auto verdict = judge(Call::memfd_create);
    return verdict.fails ? -verdict.error : kernel::memfd_create(name);
}

int fstat(int fd, struct stat& into) noexcept {
    const auto verdict = judge(Call::fstat, fd);
    return verdict.fails ? -verdict.error : kernel::fstat(fd, into);
}

int ftruncate(int fd, std::int64_t size) noexcept {
    const auto verdict = judge(Call::ftruncate, fd);
    return verdict.fails ? -verdict.error : kernel::ftruncate(fd, size);
}

int fdatasync(int fd) noexcept {
    const auto verdict = judge(Call::fdatasync, fd);
    return verdict.fails ? -verdict.error : kernel::fdatasync(fd);
}

int io_setup(aio_context_t& into) noexcept {
    const auto verdict = judge(Call::io_setup);
    return verdict.fails ? -verdict.error : kernel::io_setup(into);
}

void io_destroy(aio_context_t context) noexcept {
    kernel::io_destroy(context);
}

int io_submit(aio_context_t context, iocb& request) noexcept {
    const auto verdict = judge(Call::io_submit, static_cast<int>(request.aio_fildes));
    return verdict.fails ? -verdict.error : kernel::io_submit(context, request);
}

int io_getevents(aio_context_t context, io_event& into, bool waits) noexcept {
    const auto verdict = judge(Call::io_getevents);
    return verdict.fails ? -verdict.error : kernel::io_getevents(context, into, waits);
}

int epoll_create() noexcept {
    const auto verdict = judge(Call::epoll_create);
    return verdict.fails ? -verdict.error : kernel::epoll_create();
}

int epoll_add(int epoll, int fd, std::uint32_t events, void* data) noexcept {
    const auto verdict = judge(Call::epoll_add, fd);
    return verdict.fails ? -verdict.error : kernel::epoll_add(epoll, fd, events, data);
}

int epoll_modify(int epoll, int fd, std::uint32_t events, void* data) noexcept {
    const auto verdict = judge(Call::epoll_modify, fd);
    return verdict.fails ? -verdict.error : kernel::epoll_modify(epoll, fd, events, data);
}

int epoll_remove(int epoll, int fd) noexcept {
    const auto verdict = judge(Call::epoll_remove, fd);
    return verdict.fails ? -verdict.error : kernel::epoll_remove(epoll, fd);
}

int epoll_wait(int epoll, epoll_event* into, int capacity, int timeout_ms) noexcept {
    const auto verdict = judge(Call::epoll_wait);
    return verdict.fails ? -verdict.error : kernel::epoll_wait(epoll, into, capacity, timeout_ms);
}

}  // namespace hark::sys
