#include "daemon/confine/landlock.hpp"

#include "common/sys/unique_fd.hpp"

#include <cerrno>
#include <cstdint>

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace hark {

namespace {

// Debian 12's headers stop at version 2 of the interface.
constexpr std::uint64_t REFER = 1ULL << 13;     // version 2
constexpr std::uint64_t TRUNCATE = 1ULL << 14;  // version 3

constexpr std::uint64_t WRITING = LANDLOCK_ACCESS_FS_WRITE_FILE;
constexpr std::uint64_t CHANGING =
    LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
    LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
    LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

int allow(int ruleset, const std::string& path, std::uint64_t accesses) noexcept {
    const UniqueFd place{::open(path.c_str(), O_PATH | O_CLOEXEC)};
    if (!place) return 0;
    const landlock_path_beneath_attr rule{.allowed_access = accesses, .parent_fd = place.get()};
    if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0) {
        return 0;
    }
    return -errno;
}

}  // namespace

int restrict_writing(std::span<const std::string> folders,
                     std::span<const std::string> files) noexcept {
    const long version =
        syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 0) return -errno;
    const std::uint64_t in_files = WRITING | (version >= 3 ? TRUNCATE : 0);
    const std::uint64_t in_folders = in_files | CHANGING | (version >= 2 ? REFER : 0);
    // Later kernels' headers have more members, which stay 0.
    landlock_ruleset_attr handled{};
    handled.handled_access_fs = in_folders;
    const UniqueFd ruleset{
        static_cast<int>(syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0))};
    if (!ruleset) return -errno;
    for (const std::string& folder : folders) {
        if (const int error = allow(ruleset.get(), folder, in_folders); error < 0) return error;
    }
    for (const std::string& file : files) {
        if (const int error = allow(ruleset.get(), file, in_files); error < 0) return error;
    }
    return syscall(SYS_landlock_restrict_self, ruleset.get(), 0) == 0 ? 0 : -errno;
}

}  // namespace hark
