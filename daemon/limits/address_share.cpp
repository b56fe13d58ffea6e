// A connection's share of what its address uses.
#include "daemon/limits/address_table.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace hark {

AddressShare& AddressShare::operator=(AddressShare&& other) noexcept {
    if (this != &other) {
        reset();
        entry_ = std::exchange(other.entry_, nullptr);
    }
    return *this;
}

void AddressShare::reset() noexcept {
    if (entry_ == nullptr) return;
    AddressTable::Entry& entry = *std::exchange(entry_, nullptr);
    entry.table.leave(entry);
}

bool AddressShare::may_read() const noexcept {
    return entry_->table.may_read(*entry_, entry_->table.loop_.now());
}

bool AddressShare::has_rate() const noexcept {
    const PeerLimits& limits = entry_->table.limits_;
    return !entry_->exempt && (limits.messages_per_second > 0 || limits.bytes_per_second > 0);
}

std::size_t AddressShare::bytes_left() const noexcept {
    const AddressTable& table = entry_->table;
    const std::uint32_t rate = table.limits_.bytes_per_second;
    if (rate == 0 || entry_->exempt) return std::numeric_limits<std::size_t>::max();
    return static_cast<std::size_t>(
        std::max(entry_->bytes.tokens(table.loop_.now(), rate), std::int64_t{1}));
}

void AddressShare::take_bytes(std::size_t count) noexcept {
    const AddressTable& table = entry_->table;
    const std::uint32_t rate = table.limits_.bytes_per_second;
    if (rate > 0 && !entry_->exempt) entry_->bytes.take(count, table.loop_.now(), rate);
}

bool AddressShare::take_message() noexcept {
    const AddressTable& table = entry_->table;
    const std::uint32_t rate = table.limits_.messages_per_second;
    if (rate == 0 || entry_->exempt) return true;
    const TimePoint now = table.loop_.now();
    entry_->messages.take(1, now, rate);
    return entry_->messages.tokens(now, rate) >= 1;
}

void AddressShare::wait(RateWaiter& waiter) noexcept {
    AddressTable& table = entry_->table;
    waiter.leave();
    waiter.table_ = &table;
    ++table.waiting_;
    entry_->waiters.push_back(waiter);
    if (!table.paused_) table.arm(*entry_);
}

}  // namespace hark
