#include "tests/support/captured_session.hpp"
#include "tests/tools/control/fake_daemon.hpp"
#include "tools/log/tail_viewer.hpp"

#include <cstdlib>
#include <optional>

#include <doctest/doctest.h>

using namespace hark;
using test::Json;

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Json a_record(std::uint64_t number, const std::string& text = "hello") {
    return {{"time", "2026-11-22T10:00:00.000001Z"},
            {"run", "5f3a9c01"},
            {"event", "message"},
            {"conn", 17},
            {"peer", "192.0.2.7:51324"},
            {"seq", number},
            {"text", text},
            {"charset", "utf-8"},
            {"bytes", text.size()},
            {"end", "lf"}};
}

struct Tail : test::CapturedSession {
    Tail() { ::setenv("TZ", "UTC", 1); }

    // Runs up to the call.
    varlink::Call start() {
        options.control = daemon.path();
        viewer.emplace(loop, options);
        viewer->start();
        daemon.accept();
        return daemon.call();
    }
    void show(const Json& record) { daemon.reply({{"record", record}}, true); }
    [[nodiscard]] int ended() { return CapturedSession::ended(*viewer); }

    test::FakeDaemon daemon{loop};
    TailOptions options;
    std::optional<TailViewer> viewer;
};

}  // namespace

TEST_CASE("tail: records as they come, until it is ended") {
    Tail tail;
    const varlink::Call call = tail.start();
    CHECK(call.method == "org.harkd.Tail");
    CHECK(call.more);
    CHECK(*call.parameters == Json::object());
    tail.show(a_record(3));
    tail.await_output("\n");
    CHECK(tail.output.take() == "2026-11-22 10:00:00.000 192.0.2.7:51324 #3: hello\n");
    tail.show(a_record(4, "\x1b[2J"));
    tail.await_output("#4: \\x1b[2J\n");
    ::raise(SIGINT);
    CHECK(tail.ended() == 128 + SIGINT);
    CHECK(tail.errors.take().empty());
}

TEST_CASE("tail: what is asked for, and JSON") {
    Tail tail;
    tail.options.form.json = tail.options.events = true;
    tail.options.client = 17;
    tail.options.peer = "192.0.2.0/24";
    tail.options.text = "L";
    const varlink::Call call = tail.start();
    CHECK((*call.parameters)["client"] == 17);
    CHECK((*call.parameters)["peer"] == "192.0.2.0/24");
    CHECK((*call.parameters)["text"] == "L");
    CHECK((*call.parameters)["events"].size() == EVENTS);
    tail.show(a_record(3));
    tail.daemon.reply({{"dropped", 5}, {"record", a_record(9)}}, true);
    tail.await_output("\"seq\":9");
    const std::string shown = tail.output.take();
    CHECK(shown.find("\"seq\":3,\"text\":\"hello\"") != std::string::npos);
    CHECK(shown.find("}\n{\"dropped\":5}\n{") != std::string::npos);
}

TEST_CASE("tail: records that were dropped are counted") {
    Tail tail;
    static_cast<void>(tail.start());
    tail.daemon.reply({{"dropped", 1}, {"record", a_record(9)}}, true);
    tail.await_output("#9: hello\n");
    CHECK(tail.output.take().starts_with("1 record was not shown"));
}

TEST_CASE("tail: a daemon that restarts is followed, and what is missing is told") {
    Tail tail;
    static_cast<void>(tail.start());
    tail.show(a_record(1));
    tail.await_output("#1");
    tail.daemon.close();
    tail.await_errors("waiting for the daemon\n");
    CHECK(tail.errors.take().starts_with("hark: the daemon closed the connection\n"));
    tail.pass(milliseconds{150});
    tail.pass(milliseconds{300});
    CHECK(tail.errors.take().empty());  // once is enough
    tail.daemon.listen();
    tail.pass(seconds{6});
    tail.daemon.accept();
    CHECK(tail.daemon.call().method == "org.harkd.Tail");
    SUBCASE("with the first record") {
        tail.show(a_record(2));
        tail.await_output("#2");
    }
    SUBCASE("after a while without one") {
        tail.pass(milliseconds{1100});
    }
    tail.await_errors("\n");
    CHECK(tail.errors.take() ==
          "hark: connected again; what was recorded in between is not shown\n");
}

TEST_CASE("tail: what ends it") {
    Tail tail;
    static_cast<void>(tail.start());
    SUBCASE("an error of the daemon's") {
        tail.daemon.fail("org.harkd.TooMany", {{"limit", 16}});
        CHECK(tail.ended() == 1);
        CHECK(tail.errors.take() == "hark: limit of 16 reached\n");
    }
    SUBCASE("a record that is none") {
        tail.show({{"time", "yesterday"}});
        CHECK(tail.ended() == 3);
        CHECK(tail.errors.take() == "hark: not a valid reply from harkd: record\n");
    }
    SUBCASE("a count that is none") {
        tail.daemon.reply({{"dropped", "many"}}, true);
        CHECK(tail.ended() == 3);
        CHECK(tail.errors.take() == "hark: not a valid reply from harkd: dropped\n");
    }
    SUBCASE("a reader that has gone, without a record to tell it") {
        tail.output.close();
        CHECK(tail.ended() == 0);
        CHECK(tail.errors.take().empty());
    }
}

TEST_CASE("tail: nobody there from the start is no reason to wait") {
    Tail tail;
    tail.daemon.close();
    tail.options.control = tail.daemon.path();
    tail.viewer.emplace(tail.loop, tail.options);
    tail.viewer->start();
    CHECK(tail.ended() == 3);
    CHECK(tail.errors.take().starts_with("hark: cannot connect to the control socket"));
}

TEST_CASE("tail: a reader who does not read leaves the records with the daemon") {
    Tail tail;
    static_cast<void>(tail.start());
    std::string record;
    varlink::append(record,
                    varlink::Reply{.parameters = Json{{"record", a_record(1)}}, .continues = true});
    std::size_t sent = 0;
    for (int refusals = 0; refusals < 20;) {
        if (tail.daemon.try_send(record)) {
            ++sent;
            refusals = 0;
        } else {
            ++refusals;
            tail.loop.run_once({});
        }
    }
    CHECK(sent * record.size() < std::size_t{8} << 20U);
    std::size_t shown = 0;
    tail.await([&] {
        const std::string text = tail.output.take();
        shown += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
        return shown == sent;
    });
    CHECK_FALSE(tail.viewer->over());
}
