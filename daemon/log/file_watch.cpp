#include "daemon/log/file_watch.hpp"

#include "common/sys/calls.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>

namespace hark {

namespace {

using namespace std::chrono_literals;

// Log rotation renames a file, and tells us right after that.
constexpr Duration RENAMED_FOR = 700ms;
constexpr Duration LOOK_INTERVAL = 500ms;
constexpr std::uint32_t WATCHED = IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF;

}  // namespace

FileWatch::FileWatch(EventLoop& loop, Callback<void()> on_gone) noexcept
    : on_gone_{on_gone},
      inotify_{inotify_init1(IN_NONBLOCK | IN_CLOEXEC)},
      watch_{loop, method<&FileWatch::on_event>(*this)},
      timer_{loop, method<&FileWatch::look>(*this)} {
    if (inotify_ && watch_.start(inotify_.get(), EPOLLIN) < 0) inotify_.reset();
}

void FileWatch::start(int file, const std::string& path) noexcept {
    file_ = file;
    path_ = path;
    renamed_ = false;
    if (descriptor_ >= 0) inotify_rm_watch(inotify_.get(), descriptor_);
    descriptor_ = inotify_ ? inotify_add_watch(inotify_.get(), path.c_str(), WATCHED) : -1;
    // The file may have gone just before that.
    timer_.arm_in(descriptor_ >= 0 ? RENAMED_FOR : LOOK_INTERVAL);
}

void FileWatch::wrote() noexcept {
    if (!timer_.armed()) timer_.arm_in(LOOK_INTERVAL);
}

FileWatch::Place FileWatch::place() const noexcept {
    struct stat now {};
    struct stat there {};
    if (const int error = sys::fstat(file_, now); error < 0) {
        // A file server reports a deleted file this way.
        return error == -ESTALE ? Place::nowhere : Place::unknown;
    }
    if (stat(path_.c_str(), &there) == 0 && now.st_dev == there.st_dev &&
        now.st_ino == there.st_ino) {
        return Place::same;
    }
    return now.st_nlink == 0 ? Place::nowhere : Place::elsewhere;
}

void FileWatch::on_event(std::uint32_t) noexcept {
    std::array<char, 4096> events;
    while (sys::read(inotify_.get(), events.data(), events.size()) > 0) {
    }
    if (place() == Place::nowhere) {
        timer_.arm_in(Duration::zero());
    } else if (!renamed_) {
        look();
    }
}

void FileWatch::look() noexcept {
    if (descriptor_ < 0) timer_.arm_in(LOOK_INTERVAL);
    switch (place()) {
        case Place::same:
            renamed_ = false;
            return;
        case Place::unknown:
            timer_.arm_in(LOOK_INTERVAL);
            return;
        case Place::elsewhere:
            if (!std::exchange(renamed_, true)) {
                timer_.arm_in(RENAMED_FOR);
                return;
            }
            break;
        case Place::nowhere:
            break;
    }
    on_gone_();
}

}  // namespace hark
