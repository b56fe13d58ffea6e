// Listening sockets that the service manager opened for us (sd_listen_fds(3)): clients that connect
// before the daemon runs, or during a restart, wait in their backlog.
//
// We read the three variables ourselves: libsystemd would cost the daemon memory and start-up time,
// just to parse a few numbers.
#pragma once

#include "common/net/address.hpp"
#include "common/sys/unique_fd.hpp"
#include "daemon/config/config.hpp"

#include <span>
#include <string>
#include <vector>

namespace hark {

struct ActivatedSocket {
    std::string name;  // FileDescriptorName= of its unit
    SocketAddress address;
    UniqueFd fd;  // non-blocking, close-on-exec; empty once moved to a Listener
};

// Takes the sockets passed to this process in $LISTEN_PID, $LISTEN_FDS and $LISTEN_FDNAMES, which
// are removed from the environment; empty if they are for another process. Must be called before
// any other descriptor is opened, as it would be taken for one of these. Throws std::runtime_error
// if the variables are invalid, and ConfigError if a descriptor is not a listening TCP socket: the
// unit is wrong, and a restart would not help.
[[nodiscard]] std::vector<ActivatedSocket> take_activated_sockets();

// Assigns sockets to the listeners of `config` that have their name or address. A socket without a
// listener gets one with the default modes, so that afterwards each socket has exactly one; if
// there are no listeners and no sockets, the result is DEFAULT_LISTEN. Throws ConfigError with
// every name that no socket has and every socket that two listeners claim.
void assign_sockets(Config& config, std::span<const ActivatedSocket> sockets);

}  // namespace hark
