// Owns all connections. Each is in one list at a time: served, parked (it has input while the
// daemon is not reading), or retired (over; reaped at the end of the round once nothing refers to
// it).
#pragma once

#include "common/loop/deferred_task.hpp"
#include "common/loop/intrusive_list.hpp"
#include "daemon/connection/connection_index.hpp"

#include <cstddef>
#include <functional>
#include <memory>

namespace hark {

class Connection;
class EventLoop;

class ConnectionSet {
   public:
    explicit ConnectionSet(EventLoop& loop) noexcept;
    ~ConnectionSet();
    ConnectionSet(const ConnectionSet&) = delete;
    ConnectionSet& operator=(const ConnectionSet&) = delete;

    // Its number must be above all that were added before.
    Connection& add(std::unique_ptr<Connection> connection) noexcept;
    void park(Connection& connection) noexcept;
    // Hands all parked connections back to be served: Connection::unpark().
    void unpark_all() noexcept;
    // `connection` is over. It stays in memory at least until the end of this round.
    void retire(Connection& connection) noexcept;
    // A retired connection has no pending replies left.
    void reap_soon() noexcept { reap_task_.schedule(); }

    // Served and parked.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    // Calls `visit` for every connection that is served or parked; it may retire the one it is
    // called for.
    void for_each(const std::function<void(Connection&)>& visit);

    // The served and parked connections by number.
    [[nodiscard]] const ConnectionIndex& index() const noexcept { return index_; }

   private:
    void reap() noexcept;

    IntrusiveList<Connection> served_;
    IntrusiveList<Connection> parked_;
    IntrusiveList<Connection> retired_;
    ConnectionIndex index_;
    DeferredTask reap_task_;
    std::size_t size_ = 0;
};

}  // namespace hark
