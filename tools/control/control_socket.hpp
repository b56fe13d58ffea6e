// Finds and connects the daemon's control socket.
#pragma once

#include "common/sys/unique_fd.hpp"

#include <string>

namespace hark {

// Why connecting failed: a positive errno (EAGAIN: the daemon's backlog is full), and whether the
// path was given or a default.
struct NoControlSocket {
    int error = 0;
    std::string path;  // the path tried; of several, the one with the most telling error
    bool named = false;
};

// Connects a stream socket to `path`, or if that is empty, to the first default path that accepts.
// Does not block. On failure returns an empty UniqueFd and fills `why`.
[[nodiscard]] UniqueFd connect_control(const std::string& path, NoControlSocket& why);

}  // namespace hark
