#include "daemon/limits/address_table.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include <sys/random.h>

namespace hark {

namespace {

using namespace std::chrono_literals;

constexpr Duration SWEEP_INTERVAL = 1s;
// Idle entries checked in one sweep; the next rounds check the others.
constexpr std::size_t SWEPT_AT_ONCE = 4096;
// A waiter is called once a sixteenth of a second's bytes are available, so that a low rate does
// not mean waking for single bytes.
constexpr std::uint32_t READS_A_SECOND = 16;
constexpr std::uint32_t BYTES_WORTH_A_READ = 1024;
// IPv4 networks of 24 bits, mapped, and IPv6 ones of 64.
constexpr std::size_t IPV4_NETWORK_BYTES = 12 + 3;
constexpr std::size_t IPV6_NETWORK_BYTES = 8;
// Hash table overhead per node: pointers to the node and in its bucket, and what malloc adds.
constexpr std::size_t NODE_OVERHEAD = 48;

constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{a} * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

}  // namespace

void RateWaiter::leave() noexcept {
    if (table_ == nullptr) return;
    --table_->waiting_;
    table_ = nullptr;
    unlink();
}

AddressHash::AddressHash() noexcept {
    // Without random bytes only the defence against chosen addresses is lost.
    if (getrandom(seed_, sizeof seed_, GRND_NONBLOCK) != sizeof seed_) {
        seed_[0] = 0x9E3779B97F4A7C15U;
        seed_[1] = reinterpret_cast<std::uintptr_t>(this);
    }
}

std::size_t AddressHash::operator()(const Network::Bytes& bytes) const noexcept {
    std::uint64_t halves[2];
    static_assert(sizeof halves == sizeof bytes);
    std::memcpy(halves, bytes.data(), sizeof halves);
    constexpr std::uint64_t ODD = 0xD6E8FEB86659FD93U;
    return mix(mix(halves[0] ^ seed_[0], halves[1] ^ seed_[1]) ^ seed_[0], ODD ^ seed_[1]);
}

AddressTable::Entry::Entry(AddressTable& of, const SocketAddress& peer)
    : table{of},
      address{peer.mapped()},
      exempt{of.limits_.exempt.contains(peer)},
      timer{of.loop_, method<&Entry::on_timer>(*this)} {}

void AddressTable::Entry::on_timer() noexcept {
    table.serve(*this);
}

AddressTable::AddressTable(EventLoop& loop) noexcept
    : loop_{loop}, sweep_timer_{loop, method<&AddressTable::on_sweep>(*this)} {}

Network::Bytes AddressTable::network_of(const Network::Bytes& address) noexcept {
    const bool ipv4 = SocketAddress::from_mapped(address).is_ipv4();
    const std::size_t kept = ipv4 ? IPV4_NETWORK_BYTES : IPV6_NETWORK_BYTES;
    Network::Bytes network{};
    std::copy_n(address.begin(), kept, network.begin());
    return network;
}

void AddressTable::set_limits(const PeerLimits& limits) {
    limits_ = limits;
    least_bytes_ = std::clamp(limits_.bytes_per_second / READS_A_SECOND, 1U, BYTES_WORTH_A_READ);
    for (auto& [address, entry] : entries_) {
        entry.exempt = limits_.exempt.contains(SocketAddress::from_mapped(address));
        entry.arrivals.refill();
        entry.messages.refill();
        entry.bytes.refill();
        if (!entry.waiters.empty()) entry.timer.arm(loop_.now());
    }
    if (!idle_.empty()) sweep_timer_.arm(loop_.now());
}

AddressTable::Verdict AddressTable::check(const SocketAddress& peer) noexcept {
    const Network::Bytes address = peer.mapped();
    const auto found = entries_.find(address);
    if (found == entries_.end() ? limits_.exempt.contains(peer) : found->second.exempt) {
        return Verdict::welcome;
    }
    if (found != entries_.end() && limits_.connections_per_address > 0 &&
        found->second.connections >= limits_.connections_per_address) {
        return Verdict::address_full;
    }
    if (limits_.connections_per_network > 0) {
        const auto network = networks_.find(network_of(address));
        if (network != networks_.end() && network->second >= limits_.connections_per_network) {
            return Verdict::network_full;
        }
    }
    if (found != entries_.end() && limits_.new_connections_per_second > 0 &&
        found->second.arrivals.tokens(loop_.now(), limits_.new_connections_per_second) < 1) {
        return Verdict::too_fast;
    }
    return Verdict::welcome;
}

AddressTable::Entry& AddressTable::entry_of(const SocketAddress& peer) noexcept {
    Entry& entry = entries_.try_emplace(peer.mapped(), *this, peer).first->second;
    if (entry.linked()) {
        entry.unlink();
        --idle_size_;
    }
    return entry;
}

AddressShare AddressTable::join(const SocketAddress& peer, bool is_new) noexcept {
    Entry& entry = entry_of(peer);
    if (is_new && limits_.new_connections_per_second > 0) {
        entry.arrivals.take(1, loop_.now(), limits_.new_connections_per_second);
    }
    return share(entry);
}

std::vector<AddressTable::Used> AddressTable::used() const {
    std::vector<Used> all;
    for (const auto& [address, entry] : entries_) {
        if (full(entry)) continue;
        all.push_back(
            {address, entry.arrivals.full_at(), entry.messages.full_at(), entry.bytes.full_at()});
    }
    return all;
}

void AddressTable::resume(const Used& used) {
    if (!in_use()) return;
    Entry& entry = entry_of(SocketAddress::from_mapped(used.address));
    entry.arrivals.resume(used.arrivals);
    entry.messages.resume(used.messages);
    entry.bytes.resume(used.bytes);
    // Leaves the entry idle until its connections join.
    static_cast<void>(share(entry));
}

AddressShare AddressTable::share(Entry& entry) noexcept {
    ++entry.connections;
    ++networks_[network_of(entry.address)];
    return AddressShare{entry};
}

void AddressTable::leave(Entry& entry) noexcept {
    const auto network = networks_.find(network_of(entry.address));
    if (--network->second == 0) networks_.erase(network);
    if (--entry.connections > 0) return;
    // No waiters are left.
    entry.timer.cancel();
    if (full(entry)) {
        entries_.erase(entry.address);
        return;
    }
    idle_.push_back(entry);
    if (++idle_size_ > MAX_IDLE) drop_oldest_idle();
    if (!sweep_timer_.armed()) sweep_timer_.arm_in(SWEEP_INTERVAL);
}

void AddressTable::drop_oldest_idle() noexcept {
    Entry* const oldest = idle_.pop_front();
    --idle_size_;
    entries_.erase(oldest->address);
}

bool AddressTable::full(const Entry& entry) const noexcept {
    const TimePoint now = loop_.now();
    return entry.arrivals.full(now) && entry.messages.full(now) && entry.bytes.full(now);
}

// Forgets idle entries that owe nothing; the others move to the back of the list.
void AddressTable::on_sweep() noexcept {
    std::size_t left = std::min(idle_size_, SWEPT_AT_ONCE);
    bool some_stay = false;
    for (; left > 0; --left) {
        Entry* const entry = idle_.pop_front();
        if (full(*entry)) {
            --idle_size_;
            entries_.erase(entry->address);
        } else {
            some_stay = true;
            idle_.push_back(*entry);
        }
    }
    if (idle_.empty()) return;
    sweep_timer_.arm_in(some_stay || idle_size_ < SWEPT_AT_ONCE ? SWEEP_INTERVAL : Duration{});
}

bool AddressTable::may_read(const Entry& entry, TimePoint now) const noexcept {
    if (entry.exempt) return true;
    if (limits_.messages_per_second > 0 &&
        entry.messages.tokens(now, limits_.messages_per_second) < 1) {
        return false;
    }
    return limits_.bytes_per_second == 0 ||
           entry.bytes.tokens(now, limits_.bytes_per_second) >= std::int64_t{least_bytes_};
}

TimePoint AddressTable::next_read(const Entry& entry) const noexcept {
    TimePoint at = loop_.now();
    if (limits_.messages_per_second > 0) {
        at = std::max(at, entry.messages.when(1, limits_.messages_per_second));
    }
    if (limits_.bytes_per_second > 0) {
        at = std::max(at, entry.bytes.when(least_bytes_, limits_.bytes_per_second));
    }
    return at;
}

void AddressTable::arm(Entry& entry) noexcept {
    if (!entry.waiters.empty() && !entry.timer.armed()) entry.timer.arm(next_read(entry));
}

// Ends, since each waiter that is called uses tokens or had nothing to read.
void AddressTable::serve(Entry& entry) noexcept {
    if (paused_) return;
    const AddressShare kept = share(entry);  // connections may end meanwhile
    IntrusiveList<RateWaiter> called;
    entry.waiters.move_to(called);
    while (!called.empty() && !paused_ && may_read(entry, loop_.now())) {
        RateWaiter* const waiter = called.front();
        waiter->leave();
        waiter->on_tokens_();
    }
    // Those not called go ahead of those that joined again.
    while (RateWaiter* const waiter = entry.waiters.pop_front()) called.push_back(*waiter);
    called.move_to(entry.waiters);
    arm(entry);
}

void AddressTable::resume() noexcept {
    paused_ = false;
    if (waiting_ == 0) return;
    for (auto& [address, entry] : entries_) arm(entry);
}

std::size_t AddressTable::most_memory(std::size_t connections) noexcept {
    return (connections + MAX_IDLE) * (sizeof(Entries::value_type) + NODE_OVERHEAD) +
           connections * (sizeof(Networks::value_type) + NODE_OVERHEAD);
}

}  // namespace hark
