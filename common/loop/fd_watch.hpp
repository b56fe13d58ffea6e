// What a descriptor's owner wants to hear of it. A member of the owner, declared after the
// descriptor, so that the watch dies first.
#pragma once

#include "common/loop/callback.hpp"
#include "common/loop/intrusive_list.hpp"

#include <cstdint>

namespace hark {

class EventLoop;

class FdWatch : private ListLink {
   public:
    // `on_ready` gets the EPOLL* bits that came up, once a round at most. `loop` must outlive the
    // watch.
    FdWatch(EventLoop& loop, Callback<void(std::uint32_t)> on_ready) noexcept
        : loop_{loop}, on_ready_{on_ready} {}
    ~FdWatch() { stop(); }
    FdWatch(const FdWatch&) = delete;
    FdWatch& operator=(const FdWatch&) = delete;

    // Begins to watch `fd`, which stays the caller's, for `events` (EPOLLIN, EPOLLOUT, EPOLLRDHUP;
    // level-triggered; EPOLLERR and EPOLLHUP always come with them). With 0 it remembers the
    // descriptor and hears nothing. Returns 0 or -errno (EPERM: a regular file).
    [[nodiscard]] int start(int fd, std::uint32_t events) noexcept;

    // Changes what is watched for; a set that is already so costs nothing. With 0 the descriptor
    // leaves epoll altogether: one that only stayed there with an empty mask would report a
    // reset peer without end. Returns 0 or -errno (ENOMEM, ENOSPC on coming back from 0).
    [[nodiscard]] int set_interest(std::uint32_t events) noexcept;

    // Lets go of the descriptor; must come before it is closed. What was reported for it in this
    // round and not yet dispatched is dropped.
    void stop() noexcept;

    [[nodiscard]] std::uint32_t interest() const noexcept { return interest_; }

   private:
    friend class EventLoop;
    friend class IntrusiveList<FdWatch>;

    EventLoop& loop_;
    Callback<void(std::uint32_t)> on_ready_;
    int fd_ = -1;
    // EPOLLIN to EPOLLRDHUP, which have 16 bits: every connection has one of these.
    std::uint16_t interest_ = 0;
    std::uint16_t ready_ = 0;
};

}  // namespace hark
