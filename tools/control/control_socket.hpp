// The way to the daemon's control socket.
#pragma once

#include "common/sys/unique_fd.hpp"

#include <string>

namespace hark {

// Why there is no way: a positive errno (EAGAIN: the daemon is there, and takes nobody now), and
// whether the place was looked for or named.
struct NoControlSocket {
    int error = 0;
    std::string path;  // the one that was tried, or of several the one that says most
    bool named = false;
};

// Connects a stream socket to `path`, or where it is empty to the first of the usual places that
// can be connected to. Does not block. Returns an empty UniqueFd, and fills `why`, when there is
// none.
[[nodiscard]] UniqueFd connect_control(const std::string& path, NoControlSocket& why);

}  // namespace hark
