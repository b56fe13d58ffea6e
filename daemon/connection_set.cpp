#include "daemon/connection_set.hpp"

#include "daemon/connection.hpp"

#include <algorithm>

namespace hark {

ConnectionSet::ConnectionSet(EventLoop& loop) noexcept
    : bury_{loop, Stage::bury, bind<&ConnectionSet::bury>(*this)} {}

ConnectionSet::~ConnectionSet() {
    for (IntrusiveList<Connection>* list : {&served_, &parked_, &retired_}) {
        while (Connection* connection = list->pop_front()) {
            std::unique_ptr<Connection>{connection}.reset();
        }
    }
}

Connection& ConnectionSet::add(std::unique_ptr<Connection> connection) noexcept {
    ++size_;
    Connection& added = *connection.release();
    served_.push_back(added);
    return added;
}

void ConnectionSet::park(Connection& connection) noexcept {
    parked_.push_back(connection);
}

void ConnectionSet::unpark_all() noexcept {
    while (Connection* connection = parked_.pop_front()) {
        served_.push_back(*connection);
        connection->unpark();
    }
}

void ConnectionSet::retire(Connection& connection) noexcept {
    --size_;
    retired_.push_back(connection);
    bury_.schedule();
}

void ConnectionSet::for_each(const std::function<void(Connection&)>& visit) {
    for (IntrusiveList<Connection>* list : {&served_, &parked_}) {
        for (Connection* connection = list->front(); connection != nullptr;) {
            Connection* const next = list->after(*connection);
            visit(*connection);
            connection = next;
        }
    }
}

Connection* ConnectionSet::find(std::uint64_t number) noexcept {
    for (IntrusiveList<Connection>* list : {&served_, &parked_}) {
        for (Connection* connection = list->front(); connection != nullptr;
             connection = list->after(*connection)) {
            if (connection->number() == number) return connection;
        }
    }
    return nullptr;
}

// The lists are in no order, and are looked through once: a heap keeps the first so far.
std::vector<Connection*> ConnectionSet::page(std::uint64_t after, std::size_t limit) {
    const auto before = [](const Connection* left, const Connection* right) {
        return left->number() < right->number();
    };
    std::vector<Connection*> first;
    for_each([&](Connection& connection) {
        if (connection.number() <= after) return;
        if (first.size() == limit) {
            if (limit == 0 || connection.number() > first.front()->number()) return;
            std::ranges::pop_heap(first, before);
            first.pop_back();
        }
        first.push_back(&connection);
        std::ranges::push_heap(first, before);
    });
    std::ranges::sort_heap(first, before);
    return first;
}

void ConnectionSet::bury() noexcept {
    for (Connection* connection = retired_.front(); connection != nullptr;) {
        Connection* const next = retired_.after(*connection);
        if (!connection->is_owed()) std::unique_ptr<Connection>{connection}.reset();
        connection = next;
    }
}

}  // namespace hark
