#include "tools/control/control_socket.hpp"

#include "common/net/unix_socket.hpp"
#include "common/varlink/control_path.hpp"

#include <cerrno>
#include <vector>

namespace hark {

namespace {

// Returns 0 or a positive errno.
int connect_to(const std::string& path, UniqueFd& into) {
    UnixAddress address;
    int error = make_unix_address(path, address);
    if (error == 0) error = connect_unix(address, SOCK_STREAM, into);
    return -error;
}

// Whether to report `error` rather than `than`: prefers one that shows that the daemon is alive,
// but busy or closed to us.
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
    UniqueFd socket;
    for (const std::string& each : why.named ? std::vector{path} : control_paths()) {
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
