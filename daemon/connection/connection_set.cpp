#include "daemon/connection/connection_set.hpp"

#include "daemon/connection/connection.hpp"

namespace hark {

ConnectionSet::ConnectionSet(EventLoop& loop) noexcept
    : reap_task_{loop, Stage::finish, method<&ConnectionSet::reap>(*this)} {}

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
    index_.add(added);
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
    index_.remove(connection);
    retired_.push_back(connection);
    reap_task_.schedule();
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

void ConnectionSet::reap() noexcept {
    for (Connection* connection = retired_.front(); connection != nullptr;) {
        Connection* const next = retired_.after(*connection);
        if (!connection->has_pending_replies()) std::unique_ptr<Connection>{connection}.reset();
        connection = next;
    }
}

}  // namespace hark
