#include "tools/top/top_poller.hpp"

#include "common/loop/event_loop.hpp"
#include "tools/control/shown_json.hpp"

#include <algorithm>
#include <utility>

namespace hark {

TopPoller::TopPoller(EventLoop& loop, TopListener& listener, const std::string& control) noexcept
    : listener_{listener},
      control_{control},
      loop_{loop},
      connection_{loop, *this},
      timer_{loop, method<&TopPoller::poll>(*this)} {}

void TopPoller::stop() noexcept {
    connection_.close();
    timer_.cancel();
}

void TopPoller::poll() noexcept {
    next_ = loop_.now() + INTERVAL;
    sample_ = {};
    has_status_ = false;
    if (!connection_.is_open()) connection_.open(control_);
    if (connection_.is_open()) connection_.call({.method = "org.harkd.Status"});
}

void TopPoller::ask_for_clients(std::uint64_t after) {
    after_ = after;
    connection_.call(
        {.method = "org.harkd.Clients", .parameters = varlink::object_of({{"after", after}})});
}

void TopPoller::on_reply(const varlink::Reply& reply) noexcept {
    if (!reply.error.empty()) {
        fail(hark::failure_of(reply));
    } else if (has_status_) {
        take_clients(*reply.parameters);
    } else {
        take_status(*reply.parameters);
    }
}

void TopPoller::take_status(const varlink::Json& reply) {
    std::string fault;
    auto status = read_status(reply, fault);
    if (!status) {
        fail(bad_reply(fault));
        return;
    }
    sample_.status = std::move(*status);
    append_shown_json(sample_.status_said, reply);
    has_status_ = true;
    ask_for_clients(0);
}

void TopPoller::take_clients(const varlink::Json& reply) {
    std::string fault;
    auto page = read_clients(reply, after_, fault);
    if (!page) {
        fail(bad_reply(fault));
        return;
    }
    auto& clients = sample_.clients;
    clients.insert(clients.end(), page->clients.begin(), page->clients.end());
    if (page->next && clients.size() < MOST_CLIENTS) {
        ask_for_clients(*page->next);
        return;
    }
    sample_.all_clients = !page->next;
    timer_.arm(std::max(next_, loop_.now()));
    listener_.on_sample(sample_);
}

void TopPoller::on_control_failure(const ControlFailure& failure) noexcept {
    fail(failure);
}

void TopPoller::fail(const ControlFailure& failure) noexcept {
    connection_.close();
    timer_.arm_in(INTERVAL);
    listener_.on_lost(failure);
}

}  // namespace hark
