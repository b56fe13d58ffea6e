#include "common/loop/fd_watch.hpp"

#include "common/loop/event_loop.hpp"
#include "common/sys/calls.hpp"

#include <cerrno>

namespace hark {

int FdWatch::start(int fd, std::uint32_t events) noexcept {
    stop();
    fd_ = fd;
    const int result = set_interest(events);
    if (result < 0) fd_ = -1;
    return result;
}

int FdWatch::set_interest(std::uint32_t events) noexcept {
    if (events == interest_) return 0;
    if (fd_ < 0) return -EBADF;

    const int epoll = loop_.epoll_.get();
    if (events == 0) {
        interest_ = 0;
        unlink();
        return sys::epoll_remove(epoll, fd_);
    }
    const int result = interest_ == 0 ? sys::epoll_add(epoll, fd_, events, this)
                                      : sys::epoll_modify(epoll, fd_, events, this);
    if (result == 0) interest_ = static_cast<std::uint16_t>(events);
    return result;
}

void FdWatch::stop() noexcept {
    if (interest_ != 0) static_cast<void>(set_interest(0));
    fd_ = -1;
}

}  // namespace hark
