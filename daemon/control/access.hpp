// Who may use the control socket: root, the daemon's own user, and the group `hark` may do
// everything; others may look, where the configuration opens that to them.
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
    // Looks up the group, which can take a while: not for the loop.
    AccessRules();

    // For tests: members of `group`.
    explicit AccessRules(std::optional<gid_t> group) noexcept : group_{group} {}

    // Everybody may look from now on, or no more.
    void open_to_everyone(bool open) noexcept { open_ = open; }
    [[nodiscard]] bool is_open() const noexcept { return open_; }

    // Of the process that connected `socket`. In a user namespace (PrivateUsers=) a foreign user
    // is 65534, nobody; a group of the daemon's own keeps its number, so that its members are still
    // known (SO_PEERCRED, SO_PEERGROUPS, unix(7)).
    [[nodiscard]] Credentials of(int socket) const noexcept;

    [[nodiscard]] std::optional<gid_t> group() const noexcept { return group_; }

   private:
    [[nodiscard]] bool is_member(int socket, gid_t primary) const noexcept;

    std::optional<gid_t> group_;
    bool open_ = false;
};

}  // namespace hark
