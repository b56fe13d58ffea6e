#include "daemon/connection/connection_index.hpp"

#include "daemon/connection/connection.hpp"

#include <algorithm>

namespace hark {

namespace {

// So few places of connections that are gone are not worth removing.
constexpr std::size_t FEW_GONE = 16;

}  // namespace

std::uint64_t ConnectionIndex::Place::number() const noexcept {
    const Connection* const here = connection();
    return here == nullptr ? bits_ >> 1U : here->number();
}

void ConnectionIndex::add(Connection& connection) {
    places_.emplace_back(connection);
}

void ConnectionIndex::remove(const Connection& connection) noexcept {
    const auto place = from(connection.number()) - places_.cbegin();
    places_[static_cast<std::size_t>(place)].leave(connection.number());
    ++gone_;
    if (gone_ <= FEW_GONE || gone_ <= places_.size() / 4) return;
    std::erase_if(places_, [](const Place& each) { return each.connection() == nullptr; });
    gone_ = 0;
}

Connection* ConnectionIndex::find(std::uint64_t number) const noexcept {
    const auto place = from(number);
    return place == places_.end() || place->number() != number ? nullptr : place->connection();
}

std::vector<Connection*> ConnectionIndex::page(std::uint64_t after, std::size_t limit) const {
    std::vector<Connection*> page;
    if (after == UINT64_MAX) return page;
    for (auto place = from(after + 1); place != places_.end() && page.size() < limit; ++place) {
        if (Connection* const connection = place->connection()) page.push_back(connection);
    }
    return page;
}

ConnectionIndex::Places::const_iterator ConnectionIndex::from(std::uint64_t number) const noexcept {
    return std::ranges::lower_bound(places_, number, {}, &Place::number);
}

}  // namespace hark
