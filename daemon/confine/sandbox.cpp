#include "daemon/confine/sandbox.hpp"

#include "common/sys/error.hpp"
#include "daemon/confine/counts_folder.hpp"
#include "daemon/confine/landlock.hpp"
#include "daemon/confine/privileges.hpp"
#include "daemon/confine/seccomp_filter.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>

#include <fmt/core.h>

namespace hark {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view LANDLOCK = "Landlock";
constexpr std::string_view SECCOMP = "seccomp";

// The canonical path of the folder that contains `path`; nullopt if it does not exist.
std::optional<std::string> folder_of(const fs::path& path) {
    std::error_code error;
    const fs::path folder = fs::canonical(path.has_parent_path() ? path.parent_path() : ".", error);
    if (error) return std::nullopt;
    return folder.string();
}

// The folder of the file that opening `path` would open.
std::optional<std::string> final_folder_of(const fs::path& path) {
    std::error_code error;
    const fs::path target = fs::canonical(path, error);
    return folder_of(error ? path : target);
}

bool is_below(std::string_view path, std::string_view folder) noexcept {
    if (folder == "/" || path == folder) return true;
    return path.starts_with(folder) && path[folder.size()] == '/';
}

}  // namespace

void Sandbox::add_folder_of(const std::string& path) {
    for (const auto& folder : {folder_of(path), final_folder_of(path)}) {
        if (folder && std::ranges::find(folders_, *folder) == folders_.end()) {
            folders_.push_back(*folder);
        }
    }
}

Sandbox::Outcome Sandbox::enter() {
    Outcome outcome;
    const auto note = [&outcome](std::string_view what, int result) {
        if (result == 0) return;
        // EINVAL: the kernel was built without seccomp. EPERM: a container denies it.
        if (result == -ENOSYS || result == -EOPNOTSUPP || result == -EINVAL || result == -EPERM) {
            outcome.missing.push_back(what);
        } else {
            outcome.failed.push_back(fmt::format("{}: {}", what, errno_text(-result)));
        }
    };
    forbid_new_privileges();
    if (!folders_.empty()) {
        if (*counts_folder() != '\0') folders_.emplace_back(counts_folder());
        // For the standard streams of a child.
        const std::array<std::string, 1> devices{"/dev/null"};
        const int limited = restrict_writing(folders_, devices);
        note(LANDLOCK, limited);
        writing_is_limited_ = limited == 0;
    }
    note(SECCOMP, install_seccomp_filter());
    return outcome;
}

bool Sandbox::may_write(const std::string& path) const {
    if (!writing_is_limited_) return true;
    const std::optional<std::string> folder = final_folder_of(path);
    if (!folder) return true;
    return std::ranges::any_of(
        folders_, [&](const std::string& allowed) { return is_below(*folder, allowed); });
}

}  // namespace hark
