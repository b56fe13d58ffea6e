#include "daemon/control/access.hpp"

#include <algorithm>
#include <vector>

#include <grp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hark {

namespace {

constexpr const char* GROUP = "hark";
// Stands for users without a number in this user namespace (/proc/sys/kernel/overflowuid).
constexpr uid_t NOBODY = 65534;

}  // namespace

AccessRules::AccessRules() {
    if (const struct ::group* const found = getgrnam(GROUP)) group_ = found->gr_gid;
}

Credentials AccessRules::of(int socket) const noexcept {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return {};
    const bool is_own = peer.uid == geteuid() && peer.uid != NOBODY;
    const bool full = peer.uid == 0 || is_own || is_member(socket, peer.gid);
    return {.pid = peer.pid,
            .uid = peer.uid,
            .access = full    ? Access::full
                      : open_ ? Access::read
                              : Access::none};
}

bool AccessRules::is_member(int socket, gid_t primary) const noexcept {
    if (!group_ || *group_ == NOBODY) return false;
    if (primary == *group_) return true;
    std::vector<gid_t> groups(64);
    auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
    if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) != 0) {
        // There are more: the kernel has returned how many.
        groups.resize(size / sizeof(gid_t));
        if (getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) != 0) return false;
    }
    groups.resize(size / sizeof(gid_t));
    return std::ranges::find(groups, *group_) != groups.end();
}

}  // namespace hark
