// Which user harkd runs as. Started by root, it becomes another user for good.
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

// The account called `name`; nullopt if there is none. Throws SystemError if the user database
// cannot be read.
[[nodiscard]] std::optional<Account> find_account(const std::string& name);

// Whether this process already is `account`.
[[nodiscard]] bool runs_as(const Account& account) noexcept;

// Turns this process into `account`, with its groups, and gives up every capability for good. Needs
// root. Throws SystemError, or std::runtime_error (translated) if not root; the caller then has to
// exit, since it may have given up some of its privileges.
void become(const Account& account);

// From now on, execve(2) gains no privileges from set-user-ID bits or file capabilities.
void forbid_new_privileges() noexcept;

}  // namespace hark
