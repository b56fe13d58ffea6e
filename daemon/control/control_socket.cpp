#include "daemon/control/control_socket.hpp"

#include "common/net/unix_socket.hpp"
#include "common/sys/error.hpp"
#include "common/text/printable.hpp"
#include "common/varlink/control_path.hpp"

#include <cerrno>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hark {

namespace {

constexpr int BACKLOG = 64;
constexpr mode_t OWNER_AND_GROUP = 0660;
constexpr mode_t EVERYBODY = 0666;

[[noreturn]] void fail(int error, const std::string& path) {
    throw SystemError{error, N_("cannot listen on {}"), printable(path)};
}

// Empty for the working directory.
std::string folder_of(const std::string& path) {
    return std::filesystem::path{path}.parent_path().string();
}

// 0 or a positive errno.
int bind_to(int socket, const UnixAddress& address) noexcept {
    return ::bind(socket, address.raw(), address.size) == 0 ? 0 : errno;
}

// Whether there is a socket without a listener.
bool is_left_over(const UnixAddress& address) noexcept {
    struct stat status {};
    if (lstat(address.name.sun_path, &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
    UniqueFd probe;
    return connect_unix(address, SOCK_STREAM, probe) == -ECONNREFUSED;
}

}  // namespace

ControlSocket::ControlSocket(std::string path) : path_{std::move(path)} {
    UnixAddress address;
    int error = make_unix_address(path_, address);
    if (error == 0) error = make_unix_socket(SOCK_STREAM, fd_);
    if (error != 0) fail(-error, path_);
    // A lock for start-up: a socket that is bound but not yet listening looks left over.
    const std::string folder = folder_of(path_);
    const UniqueFd lock{
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) fail(EADDRINUSE, path_);
    error = bind_to(fd_.get(), address);
    if (error == EADDRINUSE && is_left_over(address)) {
        ::unlink(path_.c_str());
        error = bind_to(fd_.get(), address);
    }
    if (error != 0) fail(error, path_);
    struct stat status {};
    if (::listen(fd_.get(), BACKLOG) != 0 || lstat(path_.c_str(), &status) != 0) {
        error = errno;
        ::unlink(path_.c_str());
        fail(error, path_);
    }
    device_ = status.st_dev;
    inode_ = status.st_ino;
}

ControlSocket ControlSocket::at_default_path(std::string& problem) {
    for (const std::string& path : control_paths()) {
        const std::string folder = folder_of(path);
        // Others may enter the folder; the socket's own mode limits who may connect.
        constexpr mode_t PASSABLE = 0755;
        // Regardless of the umask.
        if (::mkdir(folder.c_str(), PASSABLE) == 0) {
            static_cast<void>(::chmod(folder.c_str(), PASSABLE));
        }
        try {
            return ControlSocket{path};
        } catch (const SystemError& failure) {
            problem.append(problem.empty() ? "" : "; ").append(failure.what());
        }
    }
    return {};
}

ControlSocket::ControlSocket(ControlSocket&& other) noexcept
    : path_{std::exchange(other.path_, {})},
      fd_{std::move(other.fd_)},
      device_{other.device_},
      inode_{other.inode_} {}

ControlSocket& ControlSocket::operator=(ControlSocket&& other) noexcept {
    if (this == &other) return *this;
    remove();
    path_ = std::exchange(other.path_, {});
    fd_ = std::move(other.fd_);
    device_ = other.device_;
    inode_ = other.inode_;
    return *this;
}

void ControlSocket::allow(std::optional<gid_t> group, bool everybody) noexcept {
    if (!is_ours()) return;
    // If we may not do that, the daemon's own group remains.
    if (group) static_cast<void>(!::lchown(path_.c_str(), static_cast<uid_t>(-1), *group));
    static_cast<void>(::chmod(path_.c_str(), everybody ? EVERYBODY : OWNER_AND_GROUP));
}

void ControlSocket::remove() noexcept {
    if (is_ours()) ::unlink(path_.c_str());
}

bool ControlSocket::is_ours() const noexcept {
    struct stat status {};
    return fd_ && lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ &&
           status.st_ino == inode_;
}

}  // namespace hark
