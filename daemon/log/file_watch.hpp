// Notices when an open file is no longer the one at its path: deleted, replaced, or renamed. The
// kernel reports that (inotify(7)); where it cannot, the path is checked twice a second. It is also
// checked while the file is written to, since the kernel does not report changes to links, folders
// and mounts along the path.
#pragma once

#include "common/loop/event_loop.hpp"
#include "common/loop/fd_watch.hpp"
#include "common/loop/timer.hpp"
#include "common/sys/unique_fd.hpp"

#include <cstdint>
#include <string>

namespace hark {

class FileWatch {
   public:
    // `on_gone` is called within a second, and again after each start().
    FileWatch(EventLoop& loop, Callback<void()> on_gone) noexcept;
    FileWatch(const FileWatch&) = delete;
    FileWatch& operator=(const FileWatch&) = delete;

    // Watches `file`, which stays open and is at `path`, instead of the previous one.
    void start(int file, const std::string& path) noexcept;
    // The file has been written to.
    void wrote() noexcept;

    enum class Place : std::uint8_t {
        same,
        elsewhere,  // renamed, or a link to it is left
        nowhere,    // deleted: it exists only while it is open
        unknown,    // the kernel cannot say
    };
    [[nodiscard]] Place place() const noexcept;

   private:
    void on_event(std::uint32_t events) noexcept;
    void look() noexcept;

    Callback<void()> on_gone_;
    UniqueFd inotify_;
    FdWatch watch_;
    Timer timer_;
    int file_ = -1;
    std::string path_;
    int descriptor_ = -1;   // of inotify
    bool renamed_ = false;  // and log rotation may tell us soon
};

}  // namespace hark
