// Which user harkd runs as: started by root, it becomes another one for good.
#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

namespace hark {

struct Account {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;  // its primary group

    friend bool operator==(const Account&, const Account&) = default;
};

// The account called `name`; nothing if there is none. Throws SystemError if the user database
// cannot be read.
[[nodiscard]] std::optional<Account> find_account(const std::string& name);

// Whether this process already is `account`.
[[nodiscard]] bool runs_as(const Account& account) noexcept;

// Turns this process into `account`, with its groups, and gives up every capability for good. Only
// root may. Throws SystemError, or std::runtime_error (translated) if not root; the caller then
// has to exit, since it may have given up part of its rights.
void become(const Account& account);

// execve(2) never gains rights from now on: no set-user-ID, no file capabilities.
void forbid_new_privileges() noexcept;

}  // namespace hark
