// All connections, and who owns them. A connection is in one list at a time: served, parked (it
// has something to read while the daemon is not reading), or retired (over, and taken away at the
// end of the round, when nothing refers to it any more).
#pragma once

#include "common/loop/deferred_task.hpp"
#include "common/loop/intrusive_list.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace hark {

class Connection;
class EventLoop;

class ConnectionSet {
   public:
    explicit ConnectionSet(EventLoop& loop) noexcept;
    ~ConnectionSet();
    ConnectionSet(const ConnectionSet&) = delete;
    ConnectionSet& operator=(const ConnectionSet&) = delete;

    Connection& add(std::unique_ptr<Connection> connection) noexcept;
    void park(Connection& connection) noexcept;
    // Hands all parked connections back to be served: Connection::unpark().
    void unpark_all() noexcept;
    // `connection` is over. It stays in memory at least until the end of this round.
    void retire(Connection& connection) noexcept;
    // A retired connection is no longer referred to.
    void bury_soon() noexcept { bury_.schedule(); }

    // Served and parked.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    // Calls `visit` for every connection that is served or parked; it may retire the one it is
    // called for.
    void for_each(const std::function<void(Connection&)>& visit);

    // The connection with that number; null: none is served or parked.
    [[nodiscard]] Connection* find(std::uint64_t number) noexcept;
    // Those behind `after`, at most `limit` of them, in the order of their numbers.
    [[nodiscard]] std::vector<Connection*> page(std::uint64_t after, std::size_t limit);

   private:
    void bury() noexcept;

    IntrusiveList<Connection> served_;
    IntrusiveList<Connection> parked_;
    IntrusiveList<Connection> retired_;
    DeferredTask bury_;
    std::size_t size_ = 0;
};

}  // namespace hark
