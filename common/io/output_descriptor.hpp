// Writes to standard output, or whatever takes its place, without ever waiting for the reader, and
// without setting O_NONBLOCK on the open file description, which other processes share.
#pragma once

#include "common/sys/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <sys/types.h>

namespace hark {

class OutputDescriptor {
   public:
    // Opens a descriptor of its own for what `fd` refers to; the caller keeps `fd`. Returns 0 or
    // -errno; -EBADF if `fd` is closed or read-only.
    [[nodiscard]] int open(int fd) noexcept;

    // The descriptor, for a watch; negative until it is open.
    [[nodiscard]] int get() const noexcept { return fd_.get(); }
    // Whether it is a regular file, which has no reader and which epoll refuses.
    [[nodiscard]] bool is_regular() const noexcept { return way_ == Way::regular; }

    // Writes as much of `bytes`, which must not be empty, as it can without waiting. Returns how
    // much that was, at least 1, or -errno; -EAGAIN: no room now.
    [[nodiscard]] ssize_t write(std::string_view bytes) noexcept;

   private:
    enum class Way : std::uint8_t {
        regular,   // does not wait for a reader
        reopened,  // an open file description of our own, non-blocking
        socket,    // send(2) takes a flag not to block
        polled,    // shared and perhaps blocking: polled before each write, which is small
    };

    UniqueFd fd_;
    Way way_ = Way::polled;
    std::size_t largest_ = 0;  // bytes of one write, with Way::polled
};

}  // namespace hark
