// What each method of org.harkd does.
#include "tests/daemon/control/control_fixture.hpp"

#include <algorithm>

using namespace hark;
using test::call;
using test::ControlFixture;
using test::Json;
using test::oneway;
using test::STATUS;

namespace {

// The last record, without the values that vary.
nlohmann::json intervention(const ControlFixture& fixture) {
    nlohmann::json kept;
    for (const auto& record : fixture.sink->records) {
        if (record["event"] == "operator") kept = record;
    }
    REQUIRE(kept.is_object());
    CHECK(kept["uid"] == ::geteuid());
    CHECK(kept["pid"] == ::getpid());
    for (const char* each : {"time", "run", "event", "uid", "pid"}) kept.erase(each);
    return kept;
}

}  // namespace

TEST_CASE_FIXTURE(ControlFixture, "control: parameters that are wrong are named") {
    const UniqueFd peer = connect();
    struct Case {
        const char* method;
        Json parameters;
        const char* wrong;
    };
    for (const Case& each : {
             Case{"Status", {{"x", 1}}, "x"},
             Case{"Clients", {{"after", -1}}, "after"},
             Case{"Clients", {{"after", 1.5}}, "after"},
             Case{"Clients", {{"limit", "5"}}, "limit"},
             Case{"Clients", {{"limit", 0}}, "limit"},
             Case{"Clients", {{"limit", 5}, {"before", 5}}, "before"},
             Case{"Tail", {{"client", "1"}}, "client"},
             Case{"Tail", {{"peer", "nowhere"}}, "peer"},
             Case{"Tail", {{"peer", 1}}, "peer"},
             Case{"Tail", {{"text", 1}}, "text"},
             Case{"Tail", {{"events", "message"}}, "events"},
             Case{"Tail", {{"events", {"message", 1}}}, "events"},
             Case{"Tail", {{"events", {"message", "nothing"}}}, "events"},
             Case{"Say", {{"client", 1}}, "text"},
             Case{"Say", {{"text", "x"}}, "client"},
             Case{"Say", {{"client", nullptr}, {"text", "x"}}, "client"},
             Case{"Say", {{"client", true}, {"text", "x"}}, "client"},
             Case{"Say", {{"client", 1}, {"text", ""}}, "text"},
             Case{"Say", {{"client", 1}, {"text", {{"a", 1}}}}, "text"},
             Case{"Broadcast", Json::object(), "text"},
             Case{"Broadcast", {{"text", "x"}, {"client", 1}}, "client"},
             Case{"Kick", Json::object(), "client"},
             Case{"Kick", {{"client", 1}, {"reason", 5}}, "reason"},
             Case{"Reload", {{"now", true}}, "now"},
             Case{"SetLevel", Json::object(), "level"},
             Case{"SetLevel", {{"level", "trace"}}, "level"},
         }) {
        CAPTURE(each.method);
        CAPTURE(each.parameters);
        const auto answer = ask(call(std::string{"org.harkd."} + each.method, each.parameters));
        CHECK(answer.error == varlink::INVALID_PARAMETER);
        CHECK(answer.parameters == Json{{"parameter", each.wrong}});
    }
    // Nothing came of it.
    CHECK(test::SmallDaemon::said(peer.get()) == "");
    CHECK(reloads == 0);
    CHECK(level.empty());
    CHECK(sink->count("operator") == 0);
}

TEST_CASE_FIXTURE(ControlFixture, "control: the status tells of the streams") {
    auto answer = ask(call(STATUS));
    CHECK(answer.parameters["version"] == "test");
    CHECK(answer.parameters["tails"] == 0);
    CHECK(answer.parameters["tail_dropped"] == 0);
    const UniqueFd one = tail();
    UniqueFd two = tail();
    CHECK(ask(call(STATUS)).parameters["tails"] == 2);
    two.reset();
    rounds(2);
    CHECK(ask(call(STATUS)).parameters["tails"] == 1);
}

TEST_CASE_FIXTURE(ControlFixture, "control: the status tells of the listeners") {
    const auto answer = ask(call(STATUS));
    CHECK(answer.parameters["listeners"] == Json{"[::]:8765"});
    CHECK(answer.parameters["listening"] ==
          Json::array({{{"address", "[::]:8765"},
                        {"framing", "length"},
                        {"charset", "big5"},
                        {"replies", "ack"},
                        {"telnet", false},
                        {"record_connections", "used"},
                        {"tls",
                         {{"certificate", "/c\\n"},
                          {"client_certificates", true},
                          {"expires", "2027-01-31T12:00:00Z"}}}}}));
    CHECK(answer.parameters["unused_connections"] == 7);
}

TEST_CASE_FIXTURE(ControlFixture, "control: clients, a page at a time") {
    CHECK(ask(call("org.harkd.Clients")).parameters == Json{{"clients", Json::array()}});
    std::vector<UniqueFd> peers;
    for (int count = 0; count < 205; ++count) peers.push_back(connect());
    send(peers[0].get(), "\xC4\xE3\xBA\xC3\n");
    std::vector<std::uint64_t> seen;
    Json parameters = Json::object();
    std::vector<std::size_t> sizes;
    while (true) {
        const auto answer = ask(call("org.harkd.Clients", parameters));
        for (const Json& each : answer.parameters["clients"]) {
            seen.push_back(each["id"].get<std::uint64_t>());
        }
        sizes.push_back(answer.parameters["clients"].size());
        if (!answer.parameters.contains("next")) break;
        CHECK(answer.parameters["next"] == seen.back());
        parameters = {{"after", answer.parameters["next"]}};
    }
    CHECK(sizes == std::vector<std::size_t>{100, 100, 5});
    CHECK(seen.size() == 205);
    CHECK(std::ranges::is_sorted(seen));
    const auto last_ones = ask(call("org.harkd.Clients", {{"after", 203}, {"limit", 5000}}));
    CHECK(last_ones.parameters["clients"].size() == 2);
    CHECK_FALSE(last_ones.parameters.contains("next"));
    const auto first = ask(call("org.harkd.Clients", {{"limit", 1}}));
    CHECK(first.parameters["next"] == 1);
    const Json& client = first.parameters["clients"][0];
    CHECK(client["peer"] == "192.0.2.7:51324");
    CHECK(client["messages"] == 1);
    CHECK(client["bytes"] == 5);
    CHECK(client["charset"] == "gb18030");
    CHECK(client["framing"] == "line");
    CHECK(client["replies"] == "text");
    CHECK(client["reading"] == true);
    CHECK(client["unread_replies"] == 0);
    CHECK_FALSE(last_ones.parameters["clients"][0].contains("charset"));
    CHECK(last_ones.parameters["clients"][0]["framing"] == "auto");
}

TEST_CASE_FIXTURE(ControlFixture, "control: say is said, and recorded") {
    const UniqueFd peer = connect();
    const auto answer = ask(call("org.harkd.Say", {{"client", 1}, {"text", "你好\n"}}));
    CHECK(answer.error.empty());
    CHECK(answer.parameters == Json::object());
    CHECK(said(peer.get()) == "* operator: 你好\\n\r\n");
    CHECK(intervention(*this) ==
          nlohmann::json{
              {"conn", 1}, {"peer", "192.0.2.7:51324"}, {"action", "say"}, {"text", "你好\n"}});
}

TEST_CASE_FIXTURE(ControlFixture, "control: what could not be said is not recorded") {
    const auto nobody = ask(call("org.harkd.Say", {{"client", 7}, {"text", "hello"}}));
    CHECK(nobody.error == "org.harkd.NoSuchClient");
    CHECK(nobody.parameters == Json{{"client", 7}});
    const UniqueFd peer = connect();
    const auto answer =
        ask(call("org.harkd.Say", {{"client", 1}, {"text", std::string(500, 'x')}}));
    CHECK(answer.error == "org.harkd.NotSaid");
    CHECK(answer.parameters["client"] == 1);
    CHECK(answer.parameters["reason"].get<std::string>().find("500") != std::string::npos);
    CHECK(sink->count("operator") == 0);
    CHECK(said(peer.get()) == "");
}

TEST_CASE_FIXTURE(ControlFixture, "control: a broadcast reaches all, a page in a round") {
    std::vector<UniqueFd> peers;
    for (int count = 0; count < 250; ++count) peers.push_back(connect());
    send(peers[9].get(), "bye\n");
    const UniqueFd client = control();
    test::send_all(client.get(), call("org.harkd.Broadcast", {{"text", "hello"}}));
    const UniqueFd other = control();
    test::send_all(other.get(), call(STATUS));
    const auto answer = reply(client.get());
    CHECK(answer.parameters["clients"] == 249);
    CHECK(answer.parameters["missed"] ==
          Json::array({{{"client", 10}, {"reason", "it is leaving"}}}));
    for (std::size_t each = 0; each < peers.size(); ++each) {
        CHECK(said(peers[each].get()) ==
              (each == 9 ? "221 bye, 0 messages\r\n" : "* operator: hello\r\n"));
    }
    CHECK(sink->count("operator") == 1);
    CHECK(intervention(*this) == nlohmann::json{{"action", "broadcast"}, {"text", "hello"}});
    // Clients that waited meanwhile get their turn.
    CHECK(reply(other.get()).error.empty());
}

TEST_CASE_FIXTURE(ControlFixture,
                  "control: who is missed by a broadcast is named, up to a hundred") {
    std::vector<UniqueFd> peers;
    for (int count = 0; count < 130; ++count) peers.push_back(connect());
    const auto answer = ask(call("org.harkd.Broadcast", {{"text", std::string(401, 'x')}}));
    CHECK(answer.parameters["clients"] == 0);
    CHECK(answer.parameters["missed"].size() == 100);
    CHECK(answer.parameters["missed_count"] == 130);
}

TEST_CASE_FIXTURE(ControlFixture, "control: a broadcast goes on when its operator is gone") {
    std::vector<UniqueFd> peers;
    for (int count = 0; count < 250; ++count) peers.push_back(connect());
    UniqueFd client = control();
    test::send_all(client.get(), call("org.harkd.Broadcast", {{"text", "hello"}}));
    await([&] { return !calls.empty(); });
    client.reset();
    await([&] { return test::poll_for(peers.back().get(), POLLIN, 0) != 0; });
    const UniqueFd next = control();
    test::send_all(next.get(), oneway("org.harkd.Broadcast", {{"text", "again"}}));
    await([&] { return said(peers.back().get()).ends_with("* operator: again\r\n"); });
    rounds(3);
    CHECK(test::poll_for(next.get(), POLLIN, 0) == 0);
    CHECK(ask(next.get(), call(STATUS)).error.empty());
}

TEST_CASE_FIXTURE(ControlFixture, "control: kick ends a connection, and is recorded before") {
    const UniqueFd peer = connect();
    CHECK(ask(call("org.harkd.Kick", {{"client", 1}, {"reason", "loud"}})).error.empty());
    round();
    CHECK(test::recv_to_end(peer.get()) == "421 kicked: loud\r\n");
    CHECK(intervention(*this) ==
          nlohmann::json{
              {"conn", 1}, {"peer", "192.0.2.7:51324"}, {"action", "kick"}, {"reason", "loud"}});
    ::shutdown(peer.get(), SHUT_WR);
    await("closed", 1);
    CHECK(closing()["reason"] == "kicked");
    CHECK(ask(call("org.harkd.Kick", {{"client", 1}})).error == "org.harkd.NoSuchClient");
    const UniqueFd other = connect();
    CHECK(ask(call("org.harkd.Kick", {{"client", 2}})).error.empty());
    CHECK_FALSE(intervention(*this).contains("reason"));
}

TEST_CASE_FIXTURE(ControlFixture, "control: reload, taken and refused") {
    CHECK(ask(call("org.harkd.Reload")).error.empty());
    refusal = "harkd.toml:1:1: no";
    const auto answer = ask(call("org.harkd.Reload"));
    CHECK(answer.error == "org.harkd.ReloadRefused");
    CHECK(answer.parameters == Json{{"reason", refusal}});
    CHECK(reloads == 2);
    CHECK(sink->count("operator") == 2);
    CHECK(intervention(*this) == nlohmann::json{{"action", "reload"}});
}

TEST_CASE_FIXTURE(ControlFixture, "control: the level of diagnostics") {
    for (const char* wanted : {"debug", "info", "warning", "error"}) {
        CHECK(ask(call("org.harkd.SetLevel", {{"level", wanted}})).error.empty());
        CHECK(level == wanted);
    }
    CHECK(intervention(*this) == nlohmann::json{{"action", "level"}, {"level", "error"}});
}
