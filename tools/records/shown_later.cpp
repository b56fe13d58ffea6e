#include "tools/records/shown_later.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace hark {

void ShownLater::clear() noexcept {
    places_.clear();
    entries_.clear();
    held_ = 0;
}

void ShownLater::add(std::string_view message, std::uint64_t next, std::uint64_t first) {
    std::string name = name_of(message, next);
    if (const auto known = places_.find(name); known != places_.end()) {
        known->second->first = std::min(known->second->first, first);
        return;
    }
    entries_.push_back({std::move(name), first});
    places_.emplace(entries_.back().name, std::prev(entries_.end()));
    held_ += memory_of(entries_.back());
    while (held_ > MOST_HELD) forget(entries_.begin());
}

std::optional<std::uint64_t> ShownLater::take(std::string_view message, std::uint64_t next) {
    const auto known = places_.find(name_of(message, next));
    if (known == places_.end()) return std::nullopt;
    const std::uint64_t first = known->second->first;
    forget(known->second);
    return first;
}

std::string ShownLater::name_of(std::string_view message, std::uint64_t next) {
    return std::string{message}.append(" ").append(std::to_string(next));
}

std::size_t ShownLater::memory_of(const Entry& entry) noexcept {
    constexpr std::size_t OF_NODES = 64;
    return sizeof(Entry) + entry.name.capacity() + OF_NODES;
}

void ShownLater::forget(Place entry) {
    held_ -= memory_of(*entry);
    places_.erase(entry->name);
    entries_.erase(entry);
}

}  // namespace hark
