#include "tools/terminal/reader_watch.hpp"

#include <fcntl.h>
#include <sys/epoll.h>

namespace hark {

ReaderWatch::ReaderWatch(EventLoop& loop, Callback<void()> on_gone) noexcept
    : on_gone_{on_gone}, watch_{loop, method<&ReaderWatch::on_ready>(*this)} {}

void ReaderWatch::start(int fd) noexcept {
    constexpr int BEHIND_STANDARD_FDS = 3;
    fd_.reset(::fcntl(fd, F_DUPFD_CLOEXEC, BEHIND_STANDARD_FDS));
    if (fd_) static_cast<void>(watch_.start(fd_.get(), EPOLLPRI));
}

void ReaderWatch::on_ready(std::uint32_t events) noexcept {
    watch_.stop();
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) on_gone_();
}

}  // namespace hark
