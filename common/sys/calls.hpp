// The system calls on the loop's path: every one that can fail, block or return short. Nothing
// above this file makes these calls directly, so a test can replace calls.cpp with another
// implementation (tests/support/faults) and make any of them fail.
//
// All return the call's value, or -errno; none blocks on a non-blocking descriptor, and EINTR is
// retried internally. send() raises no SIGPIPE; write() on a pipe has no flag for that (nor for
// SIGXFSZ on a file), so a program that writes ignores these signals at start-up. See the man page
// of the same name, section 2.
#pragma once

#include <cstddef>
#include <cstdint>

#include <linux/aio_abi.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>

namespace hark::sys {

// A connection, non-blocking and close-on-exec; its peer's address is stored in `peer`.
[[nodiscard]] int accept(int listener, sockaddr_storage& peer) noexcept;
[[nodiscard]] ssize_t recv(int socket, void* into, std::size_t size) noexcept;
// The same, but leaves the bytes there to be received (MSG_PEEK, recv(2)).
[[nodiscard]] ssize_t peek(int socket, void* into, std::size_t size) noexcept;
// Bytes received but not read yet (SIOCINQ, tcp(7)).
[[nodiscard]] int unread(int socket) noexcept;
[[nodiscard]] ssize_t send(int socket, const void* from, std::size_t size) noexcept;
// Sends datagrams until one fails. Returns how many were sent, at least one, or -errno of the
// first.
[[nodiscard]] int sendmmsg(int socket, mmsghdr* from, unsigned count) noexcept;
// Sends a datagram that contains only a descriptor (SCM_RIGHTS, unix(7)).
[[nodiscard]] int send_descriptor(int socket, int fd) noexcept;
// Shuts down our side of the connection; the other side can still be read.
int shutdown_write(int socket) noexcept;

[[nodiscard]] ssize_t read(int fd, void* into, std::size_t size) noexcept;
[[nodiscard]] ssize_t write(int fd, const void* from, std::size_t size) noexcept;
// Reads from `offset`, without moving the file's position.
[[nodiscard]] ssize_t pread(int fd, void* into, std::size_t size, std::int64_t offset) noexcept;
[[nodiscard]] int open(const char* path, int flags, mode_t mode) noexcept;
// An anonymous file in memory that can be sealed (F_ADD_SEALS, fcntl(2)).
[[nodiscard]] int memfd_create(const char* name) noexcept;
[[nodiscard]] int fstat(int fd, struct stat& into) noexcept;
[[nodiscard]] int ftruncate(int fd, std::int64_t size) noexcept;
// Blocks until the file's data is on disk.
[[nodiscard]] int fdatasync(int fd) noexcept;

// Asynchronous I/O (io_submit(2)), one request at a time.
[[nodiscard]] int io_setup(aio_context_t& into) noexcept;
// Waits for a request that is under way.
void io_destroy(aio_context_t context) noexcept;
// Returns 1 if it is under way.
[[nodiscard]] int io_submit(aio_context_t context, iocb& request) noexcept;
// Returns 1 if the request is complete, and stores its result in `into`; 0 if not, unless `waits`.
[[nodiscard]] int io_getevents(aio_context_t context, io_event& into, bool waits) noexcept;

[[nodiscard]] int epoll_create() noexcept;
[[nodiscard]] int epoll_add(int epoll, int fd, std::uint32_t events, void* data) noexcept;
[[nodiscard]] int epoll_modify(int epoll, int fd, std::uint32_t events, void* data) noexcept;
[[nodiscard]] int epoll_remove(int epoll, int fd) noexcept;
// `timeout_ms` -1: no timeout. Interruption by a signal is not an error: it returns 0.
[[nodiscard]] int epoll_wait(int epoll, epoll_event* into, int capacity, int timeout_ms) noexcept;

}  // namespace hark::sys
