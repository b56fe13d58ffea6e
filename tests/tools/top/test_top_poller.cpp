#include "tests/support/manual_clock.hpp"
#include "tests/tools/control/fake_daemon.hpp"
#include "tools/top/top_poller.hpp"

#include <vector>

#include <doctest/doctest.h>

using namespace hark;
using test::Json;
using test::plain_client;
using test::plain_status;

namespace {

class Watcher final : public TopListener {
   public:
    void on_sample(TopSample& sample) noexcept override { samples.push_back(std::move(sample)); }
    void on_lost(const ControlFailure& failure) noexcept override { losses.push_back(failure); }

    template <typename Condition>
    void await(Condition done) {
        REQUIRE(test::run_until(loop, done));
    }
    void pass(Duration time) {
        clock.advance(time);
        for (int round = 0; round < 5; ++round) loop.run_once({});
    }
    void start() {
        poller.start();
        daemon.accept();
    }
    // Answers a poll, with these clients.
    void answer(const Json& clients) {
        CHECK(daemon.call().method == "org.harkd.Status");
        daemon.reply(plain_status());
        const varlink::Call call = daemon.call();
        CHECK(call.method == "org.harkd.Clients");
        CHECK((*call.parameters)["after"] == 0);
        daemon.reply({{"clients", clients}});
    }

    test::ManualClock clock;
    EventLoop loop{clock};
    test::FakeDaemon daemon{loop};
    std::vector<TopSample> samples;
    std::vector<ControlFailure> losses;
    std::string path = daemon.path();
    TopPoller poller{loop, *this, path};
};

}  // namespace

TEST_CASE("top poller: status and clients, once a second") {
    Watcher watcher;
    watcher.start();
    watcher.answer(Json::array({plain_client(1), plain_client(5)}));
    watcher.await([&] { return watcher.samples.size() == 1; });
    const TopSample& sample = watcher.samples[0];
    CHECK(sample.status.run == "5f3a9c01");
    CHECK(Json::parse(sample.status_said) == plain_status());
    REQUIRE(sample.clients.size() == 2);
    CHECK(sample.clients[1].id == 5);
    CHECK(sample.all_clients);
    watcher.pass(std::chrono::milliseconds{900});
    CHECK(watcher.daemon.is_quiet());
    watcher.pass(std::chrono::milliseconds{200});
    watcher.answer(Json::array());
    watcher.await([&] { return watcher.samples.size() == 2; });
    watcher.poller.stop();
    watcher.pass(std::chrono::seconds{5});
    CHECK(watcher.losses.empty());
}

TEST_CASE("top poller: pages of clients, but not without end") {
    Watcher watcher;
    watcher.start();
    CHECK(watcher.daemon.call().method == "org.harkd.Status");
    watcher.daemon.reply(plain_status());
    const std::size_t size = 1000;
    std::uint64_t after = 0;
    int pages = 0;
    for (; watcher.samples.empty() && pages < 100; ++pages) {
        CHECK((*watcher.daemon.call().parameters)["after"] == after);
        Json clients = Json::array();
        for (std::size_t i = 0; i < size; ++i) clients.push_back(plain_client(++after));
        watcher.daemon.reply({{"clients", clients}, {"next", after}});
        const auto answered = [&] {
            return !watcher.samples.empty() || !watcher.daemon.is_quiet();
        };
        watcher.await(answered);
    }
    CHECK(pages == TopPoller::MOST_CLIENTS / size);
    REQUIRE(watcher.samples.size() == 1);
    CHECK(watcher.samples[0].clients.size() == TopPoller::MOST_CLIENTS);
    CHECK_FALSE(watcher.samples[0].all_clients);
}

TEST_CASE("top poller: a daemon that has gone is asked again until it is back") {
    Watcher watcher;
    watcher.start();
    watcher.answer(Json::array());
    watcher.await([&] { return watcher.samples.size() == 1; });
    watcher.daemon.close();
    watcher.await([&] { return watcher.losses.size() == 1; });
    CHECK(watcher.losses[0].temporary);
    watcher.pass(std::chrono::milliseconds{1100});
    watcher.await([&] { return watcher.losses.size() == 2; });
    watcher.daemon.listen();
    watcher.pass(std::chrono::milliseconds{1100});
    watcher.daemon.accept();
    watcher.answer(Json::array({plain_client(1)}));
    watcher.await([&] { return watcher.samples.size() == 2; });
    CHECK(watcher.losses.size() == 2);
}

TEST_CASE("top poller: what is no answer") {
    Watcher watcher;
    watcher.start();
    static_cast<void>(watcher.daemon.call());
    std::string words;
    SUBCASE("an error") {
        watcher.daemon.fail("org.varlink.service.MethodNotFound", {{"method", "Status"}});
        words = "the daemon does not know this command";
    }
    SUBCASE("a status without its parts") {
        watcher.daemon.reply({{"version", "0.1.0"}});
        words = "not a valid reply from harkd";
    }
    SUBCASE("clients that are none") {
        watcher.daemon.reply(plain_status());
        static_cast<void>(watcher.daemon.call());
        watcher.daemon.reply({{"clients", {1, 2}}});
        words = "not a valid reply from harkd";
    }
    watcher.await([&] { return !watcher.losses.empty(); });
    CHECK(watcher.losses[0].text.find(words) != std::string::npos);
    CHECK(watcher.samples.empty());
}
