// A pipe, and helpers to inspect descriptors.
#pragma once

#include "common/sys/unique_fd.hpp"
#include "tests/support/sockets.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace hark::test {

// Both ends block.
struct Pipe {
    Pipe() {
        int fds[2];
        checked(::pipe2(fds, O_CLOEXEC), "pipe2");
        out.reset(fds[0]);
        in.reset(fds[1]);
    }
    UniqueFd out;
    UniqueFd in;
};

[[nodiscard]] inline bool blocks(int fd) {
    return (checked(::fcntl(fd, F_GETFL), "fcntl") & O_NONBLOCK) == 0;
}

// Reads what is there, without waiting; "" if there is nothing.
[[nodiscard]] inline std::string read_some(int fd) {
    std::string text;
    if (poll_for(fd, POLLIN, 0) == 0) return text;
    text.resize(65536);
    text.resize(static_cast<std::size_t>(checked(::read(fd, text.data(), text.size()), "read")));
    return text;
}

}  // namespace hark::test
