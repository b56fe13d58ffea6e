// Unix sockets for tests.
#pragma once

#include "common/net/unix_socket.hpp"
#include "common/sys/error.hpp"

#include <string>

namespace hark::test {

// The address for `path`; throws if there is none.
[[nodiscard]] inline UnixAddress unix_address(const std::string& path) {
    UnixAddress address;
    if (const int error = make_unix_address(path, address); error < 0) {
        throw SystemError{-error, path};
    }
    return address;
}

}  // namespace hark::test
