// What the peers of one address share: connections, and the tokens of rates. An address has an
// entry while it has connections and, after the last one has closed, until its buckets are full
// again, which takes a second or so. So the number of connections and MAX_IDLE bound the table,
// whatever addresses come, and each operation takes constant time.
//
// A connection over a rate waits in its address's queue and is called, in turn with the others,
// once tokens are available. No waiter is called while the daemon does not read.
#pragma once

#include "common/loop/callback.hpp"
#include "common/loop/event_loop.hpp"
#include "common/loop/intrusive_list.hpp"
#include "common/loop/timer.hpp"
#include "common/net/address.hpp"
#include "common/net/network.hpp"
#include "daemon/config/limits.hpp"
#include "daemon/limits/token_bucket.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace hark {

class AddressTable;
class AddressShare;

// Waits for its address's tokens.
class RateWaiter : private ListLink {
   public:
    // `on_tokens` is called once the waiter has left the queue; it may join again.
    explicit RateWaiter(Callback<void()> on_tokens) noexcept : on_tokens_{on_tokens} {}
    ~RateWaiter() { leave(); }
    RateWaiter(const RateWaiter&) = delete;
    RateWaiter& operator=(const RateWaiter&) = delete;

    void leave() noexcept;

   private:
    friend class AddressShare;
    friend class AddressTable;
    friend class IntrusiveList<RateWaiter>;

    Callback<void()> on_tokens_;
    AddressTable* table_ = nullptr;  // while it waits
};

// Hashes addresses in a way that peers cannot predict.
class AddressHash {
   public:
    AddressHash() noexcept;
    [[nodiscard]] std::size_t operator()(const Network::Bytes& bytes) const noexcept;

   private:
    std::uint64_t seed_[2];
};

class AddressTable {
   public:
    // Maximum number of idle entries; the oldest are dropped.
    static constexpr std::size_t MAX_IDLE = 16'384;

    // Why an address may not have another connection.
    enum class Verdict : std::uint8_t { welcome, address_full, network_full, too_fast };

    explicit AddressTable(EventLoop& loop) noexcept;
    AddressTable(const AddressTable&) = delete;
    AddressTable& operator=(const AddressTable&) = delete;

    // Takes effect at once, and refills the buckets.
    void set_limits(const PeerLimits& limits);
    [[nodiscard]] const PeerLimits& limits() const noexcept { return limits_; }
    // Whether any limit applies by address; if none does, there are no entries.
    [[nodiscard]] bool in_use() const noexcept { return limits_.by_address(); }

    // Whether a new connection from `peer` may be accepted now.
    [[nodiscard]] Verdict check(const SocketAddress& peer) noexcept;
    // Counts a connection until the share is gone; if it `is_new`, it uses a token. The table must
    // outlive the share.
    [[nodiscard]] AddressShare join(const SocketAddress& peer, bool is_new) noexcept;

    // No waiter is called while paused, that is, while the daemon does not read.
    void pause() noexcept { paused_ = true; }
    void resume() noexcept;

    // What an address has used, for a table with the same limits in another process. used() omits
    // addresses whose buckets are full. Resume before the first connection joins.
    struct Used {
        Network::Bytes address{};
        TimePoint arrivals{};
        TimePoint messages{};
        TimePoint bytes{};
    };
    [[nodiscard]] std::vector<Used> used() const;
    void resume(const Used& used);

    // Connections that wait for tokens.
    [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }
    // Entries, idle ones included.
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    // Upper bound, in bytes, of the memory for `connections` and the idle entries.
    [[nodiscard]] static std::size_t most_memory(std::size_t connections) noexcept;

   private:
    friend class AddressShare;
    friend class RateWaiter;

    struct Entry : ListLink {
        Entry(AddressTable& of, const SocketAddress& peer);
        void on_timer() noexcept;

        AddressTable& table;
        Network::Bytes address;
        std::uint32_t connections = 0;
        bool exempt;
        TokenBucket arrivals;
        TokenBucket messages;
        TokenBucket bytes;
        IntrusiveList<RateWaiter> waiters;
        Timer timer;
    };
    using Entries = std::unordered_map<Network::Bytes, Entry, AddressHash>;
    using Networks = std::unordered_map<Network::Bytes, std::uint32_t, AddressHash>;

    [[nodiscard]] static Network::Bytes network_of(const Network::Bytes& address) noexcept;
    [[nodiscard]] Entry& entry_of(const SocketAddress& peer) noexcept;
    [[nodiscard]] AddressShare share(Entry& entry) noexcept;
    void leave(Entry& entry) noexcept;
    void arm(Entry& entry) noexcept;
    void serve(Entry& entry) noexcept;
    void drop_oldest_idle() noexcept;
    void on_sweep() noexcept;
    [[nodiscard]] bool full(const Entry& entry) const noexcept;
    [[nodiscard]] bool may_read(const Entry& entry, TimePoint now) const noexcept;
    [[nodiscard]] TimePoint next_read(const Entry& entry) const noexcept;

    EventLoop& loop_;
    PeerLimits limits_;
    std::uint32_t least_bytes_ = 1;  // minimum tokens for a read
    Entries entries_;
    Networks networks_;          // only those with connections
    IntrusiveList<Entry> idle_;  // oldest first
    std::size_t idle_size_ = 0;
    std::size_t waiting_ = 0;
    bool paused_ = false;
    Timer sweep_timer_;
};

// A connection's share of what its address uses. Empty: nothing is counted or limited.
class AddressShare {
   public:
    AddressShare() noexcept = default;
    AddressShare(AddressShare&& other) noexcept : entry_{other.entry_} { other.entry_ = nullptr; }
    AddressShare& operator=(AddressShare&& other) noexcept;
    ~AddressShare() { reset(); }

    [[nodiscard]] explicit operator bool() const noexcept { return entry_ != nullptr; }
    void reset() noexcept;

    // Whether the peer may be read now. This and the following need a share that is not empty.
    [[nodiscard]] bool may_read() const noexcept;
    // Whether a rate may slow the peer down.
    [[nodiscard]] bool has_rate() const noexcept;
    // How many bytes may be read now: at least 1 if may_read().
    [[nodiscard]] std::size_t bytes_left() const noexcept;
    void take_bytes(std::size_t count) noexcept;
    // Uses a message's token; returns whether another message may be taken now.
    [[nodiscard]] bool take_message() noexcept;
    // `waiter` is called once tokens are available.
    void wait(RateWaiter& waiter) noexcept;

   private:
    friend class AddressTable;
    explicit AddressShare(AddressTable::Entry& entry) noexcept : entry_{&entry} {}

    AddressTable::Entry* entry_ = nullptr;
};

}  // namespace hark
