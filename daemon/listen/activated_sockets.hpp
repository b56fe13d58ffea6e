// Listening sockets that the service manager has opened for us (sd_listen_fds(3)): who connects
// before the daemon runs, or while it is started again, waits in them.
//
// The three variables are read by ourselves: libsystemd in the daemon would cost memory and time at
// each start, for what is a few numbers.
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
    UniqueFd fd;  // non-blocking, close-on-exec; empty once a Listener has it
};

// Takes what was passed to this process, with $LISTEN_PID, $LISTEN_FDS and $LISTEN_FDNAMES, which
// leave the environment; nothing when they are for another process. To be called before anything
// else stays open: what is not among the descriptors from 3 on must not be taken for one. Throws
// std::runtime_error for variables that make no sense, and ConfigError for a descriptor that is
// anything but a listening TCP socket: another start will not mend the unit that it comes from.
[[nodiscard]] std::vector<ActivatedSocket> take_activated_sockets();

// Says which listeners of `config` have a socket of these: those that name it, or have its address.
// Sockets that nothing in it is for get a listener with the default modes, so that afterwards there
// is exactly one for each; with no listener and no socket at all DEFAULT_LISTEN is what remains.
// Throws ConfigError with every name that no socket has and every socket that two listeners want.
void assign_sockets(Config& config, std::span<const ActivatedSocket> sockets);

}  // namespace hark
