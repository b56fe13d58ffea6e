// Watches a descriptor for its owner. A member of the owner, declared after the descriptor so that
// the watch is destroyed first.
#pragma once

#include "common/loop/callback.hpp"
#include "common/loop/intrusive_list.hpp"

#include <cstdint>

namespace hark {

class EventLoop;

class FdWatch : private ListLink {
   public:
    // `on_ready` gets the EPOLL* bits that are set, at most once per round. `loop` must outlive the
    // watch.
    FdWatch(EventLoop& loop, Callback<void(std::uint32_t)> on_ready) noexcept
        : loop_{loop}, on_ready_{on_ready} {}
    ~FdWatch() { stop(); }
    FdWatch(const FdWatch&) = delete;
    FdWatch& operator=(const FdWatch&) = delete;

    // Watches `fd` for `events` (EPOLLIN, EPOLLOUT, EPOLLRDHUP; level-triggered; EPOLLERR and
    // EPOLLHUP are always included), without taking ownership. With 0, stores the descriptor but
    // reports nothing. Returns 0 or -errno (EPERM: a regular file).
    [[nodiscard]] int start(int fd, std::uint32_t events) noexcept;

    // Changes the events to watch for; no cost if unchanged. With 0 the descriptor is removed from
    // epoll: with an empty mask, it would report a reset peer forever. Returns 0 or -errno (ENOMEM,
    // ENOSPC when leaving 0).
    [[nodiscard]] int set_interest(std::uint32_t events) noexcept;

    // Stops watching; call it before closing the descriptor. Events of this round that have not
    // been dispatched yet are dropped.
    void stop() noexcept;

    [[nodiscard]] std::uint32_t interest() const noexcept { return interest_; }

   private:
    friend class EventLoop;
    friend class IntrusiveList<FdWatch>;

    EventLoop& loop_;
    Callback<void(std::uint32_t)> on_ready_;
    int fd_ = -1;
    // EPOLLIN to EPOLLRDHUP fit in 16 bits. Kept small, because every connection has a watch.
    std::uint16_t interest_ = 0;
    std::uint16_t ready_ = 0;
};

}  // namespace hark
