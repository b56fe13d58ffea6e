#include "tools/control_socket.hpp"

#include "common/proto/control_path.hpp"

#include <cerrno>
#include <cstring>
#include <vector>

#include <sys/socket.h>
#include <sys/un.h>

namespace hark {

namespace {

// Returns 0 or a positive errno.
int connect_to(const std::string& path, UniqueFd& into) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    if (path.size() >= sizeof name.sun_path) return ENAMETOOLONG;
    std::memcpy(name.sun_path, path.data(), path.size());
    UniqueFd socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket) return errno;
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) {
        return errno;
    }
    into = std::move(socket);
    return 0;
}

// Of two reasons the one that says more: a daemon that is there, and not for us or not now.
bool says_more(int error, int than) noexcept {
    const auto weight = [](int reason) {
        if (reason == EAGAIN) return 3;
        if (reason == EACCES || reason == EPERM) return 2;
        return reason == ENOENT || reason == 0 ? 0 : 1;
    };
    return than == 0 || weight(error) > weight(than);
}

}  // namespace

UniqueFd connect_control(const std::string& path, NoControlSocket& why) {
    why = {};
    why.named = !path.empty();
    std::vector<std::string> paths;
    if (why.named) {
        paths.push_back(path);
    } else {
        for (const std::string& folder : control_folders()) {
            paths.push_back(folder + "/" + CONTROL_SOCKET);
        }
    }
    UniqueFd socket;
    for (const std::string& each : paths) {
        const int error = connect_to(each, socket);
        if (error == 0) return socket;
        if (says_more(error, why.error)) {
            why.error = error;
            why.path = each;
        }
    }
    return socket;
}

}  // namespace hark
