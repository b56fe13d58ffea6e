// The control socket in the file system: creates it, replaces that of a dead daemon, and removes it
// at the end.
#pragma once

#include "common/sys/unique_fd.hpp"

#include <cstdint>
#include <optional>
#include <string>

#include <sys/types.h>

namespace hark {

class ControlSocket {
   public:
    // No socket.
    ControlSocket() noexcept = default;

    // Listens at `path`. Throws SystemError: "cannot listen on /run/harkd/control: ...".
    explicit ControlSocket(std::string path);

    // Listens at the first usable path of control_paths(), creating its folder if it is missing. If
    // none is usable, returns an empty socket and `problem` says why.
    [[nodiscard]] static ControlSocket at_default_path(std::string& problem);

    // The socket that another program left to this process.
    struct Left {
        std::string path;
        int fd = -1;
        std::uint64_t device = 0;
        std::uint64_t inode = 0;
    };
    explicit ControlSocket(const Left& left) noexcept
        : path_{left.path}, fd_{left.fd}, device_{left.device}, inode_{left.inode} {}
    // The same, for the next process.
    [[nodiscard]] Left left() const { return {path_, fd_.get(), device_, inode_}; }

    ControlSocket(ControlSocket&& other) noexcept;
    ControlSocket& operator=(ControlSocket&& other) noexcept;
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;
    ~ControlSocket() { remove(); }

    // Who may connect: the owner and `group`, or everyone.
    void allow(std::optional<gid_t> group, bool everybody) noexcept;

    [[nodiscard]] explicit operator bool() const noexcept { return bool{fd_}; }
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

   private:
    void remove() noexcept;
    // Whether the path still refers to the socket created here.
    [[nodiscard]] bool is_ours() const noexcept;

    std::string path_;
    UniqueFd fd_;
    // Identify the file, so that another daemon's is not removed.
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

}  // namespace hark
