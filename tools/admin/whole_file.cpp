#include "tools/admin/whole_file.hpp"

#include "common/sys/calls.hpp"
#include "common/sys/error.hpp"
#include "common/sys/unique_fd.hpp"
#include "common/text/printable.hpp"
#include "tools/cli/report.hpp"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hark {

namespace {

constexpr mode_t READABLE_BY_ALL = 0644;  // before the umask

// Hidden, and without the suffix that readers of the folder look for ("*.prom").
std::string name_beside(const std::string& path) {
    const std::size_t name = path.rfind('/') + 1;
    return fmt::format("{}.{}.{}", path.substr(0, name), path.substr(name), ::getpid());
}

// Returns 0 or -errno.
int write_new(const std::string& path, std::string_view bytes) {
    // Left behind by a dead process that had our PID.
    ::unlink(path.c_str());
    UniqueFd file{sys::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                            READABLE_BY_ALL)};
    if (!file) return file.get();
    if (const int error = write_all(file.get(), bytes); error < 0) return error;
    return ::close(file.release()) == 0 ? 0 : -errno;
}

}  // namespace

void replace_file(const std::string& path, std::string_view bytes) {
    const std::string fresh = name_beside(path);
    int error = write_new(fresh, bytes);
    if (error == 0 && ::rename(fresh.c_str(), path.c_str()) != 0) error = -errno;
    if (error == 0) return;
    ::unlink(fresh.c_str());
    throw SystemError{-error, N_("cannot write {}"), printable(path)};
}

}  // namespace hark
