#include "tools/top/top_model.hpp"

#include <algorithm>
#include <utility>

namespace hark {

namespace {

void remember(std::vector<double>& history, double value) {
    if (history.size() == TopModel::HISTORY) history.erase(history.begin());
    history.push_back(value);
}

// The increase per second; a counter that has decreased was restarted.
double rate(std::uint64_t now, std::uint64_t before, double seconds) noexcept {
    return now > before && seconds > 0 ? static_cast<double>(now - before) / seconds : 0;
}

double weight(const BusyClient& of, TopOrder order) noexcept {
    switch (order) {
        case TopOrder::message_rate:
            return of.message_rate;
        case TopOrder::byte_rate:
            return of.byte_rate;
        case TopOrder::messages:
            return static_cast<double>(of.client.messages);
        case TopOrder::bytes:
            return static_cast<double>(of.client.bytes);
        case TopOrder::unread:
            return static_cast<double>(of.client.unread_replies);
        case TopOrder::idle:
            return of.client.idle;
        case TopOrder::id:
            break;
    }
    return 0;
}

}  // namespace

TopOrder next(TopOrder order) noexcept {
    return order == TopOrder::id ? TopOrder::message_rate
                                 : static_cast<TopOrder>(static_cast<unsigned>(order) + 1);
}

void TopModel::take(TopSample& sample) {
    const DaemonStatus& now = sample.status;
    const bool goes_on = !empty_ && now.run == sample_.status.run;
    const double seconds = goes_on ? now.uptime - sample_.status.uptime : 0;
    const double cpu = now.cpu - sample_.status.cpu;
    cpu_share_ = seconds > 0 ? std::max(cpu, 0.0) / seconds : 0;
    if (!goes_on) {
        message_rates_.clear();
        byte_rates_.clear();
        before_.clear();
    }
    remember(message_rates_, now.message_rate.second);
    remember(byte_rates_, now.byte_rate.second);
    clients_.clear();
    std::map<std::uint64_t, Counts> counts;
    for (const ClientStatus& client : sample.clients) {
        const auto found = before_.find(client.id);
        // Everything a new client has sent, it has sent since the last sample.
        const Counts before = found == before_.end() ? Counts{} : found->second;
        const double since = goes_on ? seconds : 0;
        clients_.push_back({client, rate(client.messages, before.messages, since),
                            rate(client.bytes, before.bytes, since)});
        counts[client.id] = {client.messages, client.bytes};
    }
    before_ = std::move(counts);
    sample_ = std::move(sample);
    empty_ = false;
    sort();
}

void TopModel::set_order(TopOrder order) {
    order_ = order;
    sort();
}

void TopModel::sort() {
    std::sort(clients_.begin(), clients_.end(), [this](const BusyClient& a, const BusyClient& b) {
        const double first = weight(a, order_);
        const double second = weight(b, order_);
        return first == second ? a.client.id < b.client.id : first > second;
    });
}

}  // namespace hark
