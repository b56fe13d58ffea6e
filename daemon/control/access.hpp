// Who may use the control socket: root, the daemon's own user and the group `hark` may do
// everything; others may read, if the configuration allows it.
#pragma once

#include <cstdint>
#include <optional>

#include <sys/types.h>

namespace hark {

enum class Access : std::uint8_t { none, read, full };

struct Credentials {
    pid_t pid = 0;
    uid_t uid = 0;
    Access access = Access::none;
};

class AccessRules {
   public:
    // Looks up the group, which may block: not for the loop.
    AccessRules();

    // For tests: with this group.
    explicit AccessRules(std::optional<gid_t> group) noexcept : group_{group} {}

    // Whether everyone may read, from now on.
    void open_to_everyone(bool open) noexcept { open_ = open; }
    [[nodiscard]] bool is_open() const noexcept { return open_; }

    // The credentials of the process connected to `socket`. In a user namespace (PrivateUsers=),
    // other users appear as 65534, nobody; but the daemon's own groups keep their numbers, so their
    // members are recognized (SO_PEERCRED, SO_PEERGROUPS, unix(7)).
    [[nodiscard]] Credentials of(int socket) const noexcept;

    [[nodiscard]] std::optional<gid_t> group() const noexcept { return group_; }

   private:
    [[nodiscard]] bool is_member(int socket, gid_t primary) const noexcept;

    std::optional<gid_t> group_;
    bool open_ = false;
};

}  // namespace hark
