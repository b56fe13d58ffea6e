#include "daemon/confine/privileges.hpp"

#include "common/locale/i18n.hpp"
#include "common/sys/error.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <vector>

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace hark {

namespace {

// The kernel's sets come as two 32-bit halves.
using CapabilitySets = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

__user_cap_header_struct this_process() noexcept {
    return {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
}

// After this, not even a set-user-ID program can bring capabilities back. Needs CAP_SETPCAP, which
// a container may lack.
void clear_bounding_set() noexcept {
    constexpr unsigned long PAST_ANY = 64;
    for (unsigned long capability = 0; capability < PAST_ANY; ++capability) {
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return;
    }
}

// Giving up root clears most of them, unless the parent has set securebits(7) that keep them.
void clear_capabilities() {
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    __user_cap_header_struct header = this_process();
    const CapabilitySets none{};
    if (syscall(SYS_capset, &header, none.data()) != 0) {
        throw SystemError{errno, N_("cannot give up capabilities")};
    }
}

bool has_capabilities() noexcept {
    __user_cap_header_struct header = this_process();
    CapabilitySets sets{};
    if (syscall(SYS_capget, &header, sets.data()) != 0) return true;
    for (const __user_cap_data_struct& set : sets) {
        if ((set.permitted | set.effective | set.inheritable) != 0) return true;
    }
    return false;
}

bool has_all_ids_of(const Account& account) noexcept {
    uid_t real = 0;
    uid_t effective = 0;
    uid_t saved = 0;
    if (getresuid(&real, &effective, &saved) != 0) return false;
    if (real != account.uid || effective != account.uid || saved != account.uid) return false;
    gid_t real_group = 0;
    gid_t effective_group = 0;
    gid_t saved_group = 0;
    if (getresgid(&real_group, &effective_group, &saved_group) != 0) return false;
    return real_group == account.gid && effective_group == account.gid &&
           saved_group == account.gid;
}

}  // namespace

std::optional<Account> find_account(const std::string& name) {
    constexpr std::size_t MOST = 1 << 20;
    std::vector<char> room(4096);
    passwd entry{};
    passwd* found = nullptr;
    int error = getpwnam_r(name.c_str(), &entry, room.data(), room.size(), &found);
    while (error == ERANGE && room.size() < MOST) {
        room.resize(2 * room.size());
        error = getpwnam_r(name.c_str(), &entry, room.data(), room.size(), &found);
    }
    if (found != nullptr) return Account{.name = name, .uid = found->pw_uid, .gid = found->pw_gid};
    // Some name services return these errors for a name that does not exist: getpwnam(3).
    if (error == 0 || error == ENOENT || error == ESRCH) return std::nullopt;
    throw SystemError{error, N_("cannot look up user {}"), name};
}

bool runs_as(const Account& account) noexcept {
    return geteuid() == account.uid;
}

void become(const Account& account) {
    if (geteuid() != 0) {
        throw std::runtime_error{formatted(
            _("cannot become user '{}' without being root: start harkd as root or as '{}' "
              "itself, or remove the setting 'user'"),
            account.name, account.name)};
    }
    clear_bounding_set();
    if (initgroups(account.name.c_str(), account.gid) != 0) {
        throw SystemError{errno, N_("cannot set the groups of user {}"), account.name};
    }
    if (setresgid(account.gid, account.gid, account.gid) != 0 ||
        setresuid(account.uid, account.uid, account.uid) != 0) {
        throw SystemError{errno, N_("cannot become user {}"), account.name};
    }
    clear_capabilities();
    if (!has_all_ids_of(account) || has_capabilities()) {
        throw SystemError{EPERM, N_("cannot become user {}"), account.name};
    }
}

void forbid_new_privileges() noexcept {
    // Fails only on a kernel older than 3.5.
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

}  // namespace hark
