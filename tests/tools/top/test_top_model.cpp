#include "tools/top/top_model.hpp"

#include <set>

#include <doctest/doctest.h>

using namespace hark;

namespace {

TopSample a_sample(double uptime, std::vector<ClientStatus> clients, const char* run = "5f3a9c01") {
    TopSample sample;
    sample.status.run = run;
    sample.status.version = "0.1.0";
    sample.status.uptime = uptime;
    sample.status.cpu = uptime / 4;
    sample.status.message_rate.second = uptime;
    sample.clients = std::move(clients);
    return sample;
}

void take(TopModel& model, TopSample sample) {
    model.take(sample);
}

std::vector<std::uint64_t> order_of(const TopModel& model) {
    std::vector<std::uint64_t> ids;
    for (const BusyClient& each : model.clients()) ids.push_back(each.client.id);
    return ids;
}

}  // namespace

TEST_CASE("rates are what was added since the answer before") {
    TopModel model;
    CHECK(model.empty());
    take(model, a_sample(10, {{.id = 1, .messages = 100}, {.id = 2, .messages = 5}}));
    CHECK_FALSE(model.empty());
    CHECK(model.clients()[0].message_rate == 0);
    take(model, a_sample(12, {{.id = 1, .messages = 110},
                              {.id = 2, .messages = 65, .bytes = 4},
                              {.id = 3, .messages = 8}}));
    CHECK(model.cpu_share() == 0.25);
    CHECK(order_of(model) == std::vector<std::uint64_t>{2, 1, 3});
    CHECK(model.clients()[0].message_rate == 30);
    CHECK(model.clients()[0].byte_rate == 2);
    CHECK(model.clients()[2].message_rate == 4);  // all that a new one has sent
    CHECK(model.message_rates() == std::vector<double>{10, 12});
}

TEST_CASE("another run begins anew") {
    TopModel model;
    take(model, a_sample(100, {{.id = 1, .messages = 5}}));
    take(model, a_sample(3, {{.id = 1, .messages = 900}}, "5f3a9c02"));
    CHECK(model.clients()[0].message_rate == 0);
    CHECK(model.cpu_share() == 0);
    CHECK(model.message_rates() == std::vector<double>{3});
}

TEST_CASE("every order can be had, one after another") {
    TopModel model;
    take(model, a_sample(1, {{.id = 1, .idle = 1, .messages = 9}, {.id = 2, .idle = 5}}));
    std::set<TopOrder> orders;
    for (TopOrder order = model.order(); orders.insert(order).second; order = next(order)) {
    }
    CHECK(orders.size() == 7);
    model.set_order(TopOrder::idle);
    CHECK(order_of(model) == std::vector<std::uint64_t>{2, 1});
    model.set_order(TopOrder::id);
    CHECK(order_of(model) == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("history is bounded") {
    TopModel model;
    for (int i = 0; i < 1000; ++i) take(model, a_sample(i, {}));
    CHECK(model.message_rates().size() == TopModel::HISTORY);
    CHECK(model.message_rates().back() == 999);
}
