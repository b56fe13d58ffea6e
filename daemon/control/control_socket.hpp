// The control socket's place in the file system: made, taken over from a daemon that is gone, and
// taken away at the end.
#pragma once

#include "common/sys/unique_fd.hpp"

#include <optional>
#include <string>

#include <sys/types.h>

namespace hark {

class ControlSocket {
   public:
    // None.
    ControlSocket() noexcept = default;

    // Listens at `path`. Throws SystemError: "cannot listen on /run/harkd/control: ...".
    explicit ControlSocket(std::string path);

    // At the first of control_paths() that can be used; the folder is made where it is missing.
    // None of them: `problem` says why.
    [[nodiscard]] static ControlSocket at_usual_place(std::string& problem);

    ControlSocket(ControlSocket&& other) noexcept;
    ControlSocket& operator=(ControlSocket&& other) noexcept;
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;
    ~ControlSocket() { remove(); }

    // Who may connect: the owner and `group`, or everybody.
    void allow(std::optional<gid_t> group, bool everybody) noexcept;

    [[nodiscard]] explicit operator bool() const noexcept { return bool{fd_}; }
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

   private:
    void remove() noexcept;
    // Whether what is at the path is still the socket that was put there.
    [[nodiscard]] bool is_ours() const noexcept;

    std::string path_;
    UniqueFd fd_;
    // Of the file, so that another daemon's is not taken away.
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

}  // namespace hark
