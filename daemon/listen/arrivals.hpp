// Accepted connections that are not clients yet: their proxy still has to say for whom it speaks.
// Nothing is sent to them, and they hold a descriptor for a few seconds at most.
#pragma once

#include "common/loop/deferred_task.hpp"
#include "common/loop/event_loop.hpp"
#include "common/loop/intrusive_list.hpp"
#include "common/net/address.hpp"
#include "common/sys/unique_fd.hpp"
#include "daemon/connection/identity.hpp"
#include "daemon/listen/admission.hpp"
#include "daemon/listen/listener.hpp"

#include <cstddef>

namespace hark {

struct Newcomer {
    UniqueFd socket;
    SocketAddress peer;  // the client, or the proxy where that is not known
    Entrance entrance;
    Identity identity;
};

// Receives those of whom all is known.
class ArrivalsOwner {
   public:
    virtual void on_arrived(Newcomer newcomer) noexcept = 0;
    // It is to be rejected.
    virtual void on_turned_away(Newcomer newcomer, Refusal refusal) noexcept = 0;

    ArrivalsOwner(const ArrivalsOwner&) = delete;
    ArrivalsOwner& operator=(const ArrivalsOwner&) = delete;

   protected:
    ArrivalsOwner() noexcept = default;
    ~ArrivalsOwner() = default;
};

class Arrivals {
   public:
    // Both must outlive it.
    Arrivals(EventLoop& loop, ArrivalsOwner& owner) noexcept;
    ~Arrivals();
    Arrivals(const Arrivals&) = delete;
    Arrivals& operator=(const Arrivals&) = delete;

    // Waits for a PROXY header from `newcomer`, whose peer is the proxy.
    void await_header(Newcomer newcomer);
    // Turns everybody away.
    void close(Refusal refusal) noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    // Bytes of memory that each takes at most.
    [[nodiscard]] static std::size_t most_memory() noexcept;

   private:
    class Arrival;

    void finish(Arrival& arrival) noexcept;
    void reap() noexcept;

    EventLoop& loop_;
    ArrivalsOwner& owner_;
    IntrusiveList<Arrival> waiting_;
    IntrusiveList<Arrival> finished_;
    std::size_t size_ = 0;  // of those that wait
    DeferredTask reap_task_;
};

}  // namespace hark
