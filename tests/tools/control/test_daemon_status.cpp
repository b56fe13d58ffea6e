// What the daemon says, and what is made of it.
#include "common/varlink/json.hpp"
#include "tools/control/address_totals.hpp"
#include "tools/control/client_order.hpp"
#include "tools/control/daemon_status.hpp"
#include "tools/control/shown_json.hpp"

#include <doctest/doctest.h>

using namespace hark;
using varlink::Json;

namespace {

Json a_status() {
    return Json::parse(R"({
        "version": "0.1.0", "run": "5f3a9c01", "pid": 7, "uptime": 12.5,
        "listeners": ["[::]:8765"], "connections": 1, "max_connections": 2,
        "connections_total": 3, "refused": 4, "probes": 5, "messages": 6, "bytes": 7,
        "discarded": 8, "message_rate": {"second": 1, "minute": 0.5},
        "byte_rate": {"second": 10, "minute": 5.0}, "charsets": {"utf-8": 6}, "accepting": true,
        "sinks": [{"name": "journal", "state": "busy", "lag": 1, "lag_bytes": 2, "pauses": 3,
                   "paused_seconds": 4.5, "reason": null}],
        "memory": 9, "cpu": 1.25, "latency": {"p50": 0.1, "p99": 0.2, "max": 0.3}, "tails": 0,
        "tail_dropped": 18446744073709551615})");
}

Json a_client(std::uint64_t id) {
    return {{"id", id},
            {"peer", "192.0.2.7:1"},
            {"local", "192.0.2.1:8765"},
            {"age", 1.5},
            {"idle", 0},
            {"messages", 2},
            {"bytes", 3},
            {"framing", "auto"},
            {"reading", true},
            {"unread_replies", 0}};
}

std::string fault_of(const Json& status) {
    std::string fault;
    const bool read = read_status(status, fault).has_value();
    CHECK(read == fault.empty());
    return fault;
}

}  // namespace

TEST_CASE("status: all of it is read") {
    std::string fault;
    const auto status = read_status(a_status(), fault);
    REQUIRE(status);
    CHECK(status->run == "5f3a9c01");
    CHECK(status->uptime == 12.5);
    CHECK(status->listeners == std::vector<std::string>{"[::]:8765"});
    CHECK(status->message_rate.second == 1);
    CHECK(status->charsets.at(0) == std::pair<std::string, std::uint64_t>{"utf-8", 6});
    REQUIRE(status->sinks.size() == 1);
    CHECK(status->sinks[0].state == "busy");
    CHECK(status->sinks[0].reason.empty());
    CHECK_FALSE(status->sinks[0].paused_since_seconds);
    CHECK(status->latency_max == 0.3);
    CHECK(status->tail_dropped == 18446744073709551615U);
}

TEST_CASE("status: listeners in detail, if the daemon is new enough") {
    Json reply = a_status();
    std::string fault;
    CHECK(read_status(reply, fault)->listening.empty());
    const Json listening{{"address", "[::]:8765"}, {"framing", "counted"},
                         {"charset", "big5"},      {"replies", "none"},
                         {"telnet", false},        {"record_connections", "none"}};
    reply["listening"] = Json::array({listening});
    reply["unused_connections"] = 3;
    reply["proxy_local"] = 5;
    const auto status = read_status(reply, fault);
    REQUIRE(status);
    CHECK(status->unused_connections == 3);
    CHECK(status->proxy_local == 5);
    REQUIRE(status->listening.size() == 1);
    CHECK(status->listening[0].framing == "counted");
    CHECK(status->listening[0].charset == "big5");
    CHECK(status->listening[0].replies == "none");
    CHECK_FALSE(status->listening[0].telnet);
    CHECK(status->listening[0].record_connections == "none");
    for (const auto& item : listening.items()) {
        reply["listening"][0] = listening;
        reply["listening"][0].erase(item.key());
        CHECK(fault_of(reply) == item.key());
    }
    reply["listening"][0] = listening;
    CHECK_FALSE(read_status(reply, fault)->listening[0].tls);
    reply["listening"][0]["tls"] = {{"certificate", "/c"}, {"client_certificates", true}};
    CHECK(read_status(reply, fault)->listening[0].tls.value().expires.empty());
    reply["listening"][0]["tls"]["expires"] = "2027-01-31T12:00:00Z";
    const auto tls = read_status(reply, fault)->listening[0].tls.value();
    CHECK(tls.certificate == "/c");
    CHECK(tls.expires == "2027-01-31T12:00:00Z");
    CHECK(tls.client_certificates);
    reply["listening"][0]["tls"].erase("certificate");
    CHECK(fault_of(reply) == "certificate");
    reply["listening"] = "x";
    CHECK(fault_of(reply) == "listening");
}

TEST_CASE("status: limits, if the daemon is new enough") {
    Json reply = a_status();
    std::string fault;
    for (const auto& [name, limit] : named_limits(read_status(reply, fault)->limits)) {
        CHECK(limit == 0);
    }
    CHECK(read_status(reply, fault)->memory_limit == 0);
    reply["limits"] = Json::object();
    for (std::uint64_t number = 1; const auto& [name, limit] : named_limits({})) {
        reply["limits"][std::string{name}] = number++;
    }
    reply["limits"]["exempt"] = {"::1"};
    reply["refusals"] = {{"not allowed", 3}};
    reply["slowed"] = 2;
    reply["memory_limit"] = 99;
    const auto status = read_status(reply, fault);
    REQUIRE(status);
    CHECK(status->limits.connections == 1);
    CHECK(status->limits.bytes_per_second == 6);
    for (std::uint64_t number = 1; const auto& [name, limit] : named_limits(status->limits)) {
        CHECK(limit == number++);
    }
    CHECK(status->limits.exempt == std::vector<std::string>{"::1"});
    CHECK(status->refusals.at(0) == std::pair<std::string, std::uint64_t>{"not allowed", 3});
    CHECK(status->slowed == 2);
    CHECK(status->memory_limit == 99);
    for (const char* const key : {"limits", "refusals", "slowed", "memory_limit"}) {
        CAPTURE(key);
        Json other = reply;
        other[key] = "x";
        CHECK(fault_of(other) == key);
    }
    reply["limits"]["exempt"] = {5};
    CHECK(fault_of(reply) == "exempt");
    reply["limits"] = {{"connections", -1}};
    CHECK(fault_of(reply) == "connections");
}

TEST_CASE("status: every key must be there, and be what it is") {
    const Json status = a_status();
    for (const auto& item : status.items()) {
        const std::string& key = item.key();
        CAPTURE(key);
        Json without = status;
        without.erase(key);
        CHECK(fault_of(without) == key);
        Json other = status;
        other[key] = nullptr;
        CHECK(fault_of(other) == key);
        for (const Json& strange : {Json{-1}, Json{{{"a", "b"}}}, Json{{1, 2}}}) {
            other[key] = strange;
            CHECK_FALSE(fault_of(other).empty());
        }
    }
    Json sink = status;
    sink["sinks"][0]["lag"] = 1.5;
    CHECK(fault_of(sink) == "lag");
    for (const Json& nothing : {Json{}, Json::array(), Json{"x"}, Json{5}}) {
        CHECK_FALSE(fault_of(nothing).empty());
    }
}

TEST_CASE("clients: pages go on, and end") {
    std::string fault;
    const auto read = [&fault](const Json& reply, std::uint64_t after) {
        return read_clients(reply, after, fault);
    };
    const auto page = read({{"clients", {a_client(3), a_client(9)}}, {"next", 9}}, 2);
    REQUIRE(page);
    CHECK(page->clients[1].id == 9);
    CHECK(page->clients[0].charset.empty());
    CHECK(page->clients[0].replies == "text");
    CHECK_FALSE(page->clients[0].limited);
    CHECK(page->next == 9U);
    CHECK(read({{"clients", Json::array()}}, 9));
    CHECK_FALSE(read({{"clients", {a_client(3)}}}, 3));
    CHECK(fault == "id");
    CHECK_FALSE(read({{"clients", {a_client(9), a_client(3)}}}, 0));
    CHECK_FALSE(read({{"clients", {a_client(3)}}, {"next", 4}}, 0));
    CHECK(fault == "next");
    CHECK_FALSE(read({{"clients", Json::array()}, {"next", 0}}, 0));
    CHECK_FALSE(read({{"clients", {5}}}, 0));
    CHECK_FALSE(read(Json::object(), 0));
    CHECK(fault == "clients");
}

TEST_CASE("clients: each order, and the number where it says nothing") {
    std::vector<ClientStatus> clients(3);
    clients[0] = {.id = 1, .peer = "b", .bytes = 5};
    clients[1] = {.id = 2, .peer = "a", .bytes = 5};
    clients[2] = {.id = 3, .peer = "c", .bytes = 9};
    const auto order = [&clients](const char* column, bool descending) {
        sort_clients(clients, client_column(column).value(), descending);
        return std::vector{clients[0].id, clients[1].id, clients[2].id};
    };
    using Ids = std::vector<std::uint64_t>;
    CHECK(order("peer", false) == Ids{2, 1, 3});
    CHECK(order("bytes", false) == Ids{1, 2, 3});
    CHECK(order("bytes", true) == Ids{3, 1, 2});
    CHECK(order("id", true) == Ids{3, 2, 1});
    CHECK_FALSE(client_column(""));
    for (const std::string_view column : client_columns()) CHECK(client_column(column));
}

TEST_CASE("clients: one that is limited") {
    std::string fault;
    Json client = a_client(1);
    client["limited"] = true;
    CHECK(read_clients({{"clients", {client}}}, 0, fault)->clients[0].limited);
    client["limited"] = 1;
    CHECK_FALSE(read_clients({{"clients", {client}}}, 0, fault));
    CHECK(fault == "limited");
}

TEST_CASE("clients: one behind a proxy") {
    std::string fault;
    Json client = a_client(1);
    CHECK(read_clients({{"clients", {client}}}, 0, fault)->clients[0].via.empty());
    client["via"] = "10.0.0.1:40112";
    client["cert"] = "pump-7.example";
    const auto page = read_clients({{"clients", {client}}}, 0, fault);
    REQUIRE(page);
    CHECK(page->clients[0].via == "10.0.0.1:40112");
    CHECK(page->clients[0].cert == "pump-7.example");
    client["cert"] = 1;
    CHECK_FALSE(read_clients({{"clients", {client}}}, 0, fault));
    CHECK(fault == "cert");
}

TEST_CASE("clients: summed up by address") {
    AddressTotals totals;
    CHECK(totals.sorted().empty());
    totals.add({.id = 1, .peer = "192.0.2.7:1", .messages = 2, .bytes = 30});
    totals.add({.id = 2, .peer = "[2001:db8::7]:2", .messages = 1, .bytes = 5, .limited = true});
    totals.add({.id = 3, .peer = "192.0.2.7:3", .messages = 3, .bytes = 40, .limited = true});
    totals.add({.id = 4, .peer = "no port"});
    totals.add({.id = 5, .peer = "[]:1"});
    const std::vector<AddressTotal> all = totals.sorted();
    REQUIRE(all.size() == 4);
    CHECK(all[0].address == "192.0.2.7");
    CHECK(all[0].clients == 2);
    CHECK(all[0].limited == 1);
    CHECK(all[0].messages == 5);
    CHECK(all[0].bytes == 70);
    CHECK(all[1].address == "2001:db8::7");
    CHECK(all[1].limited == 1);
    CHECK(all[2].address == "[]");
    CHECK(all[3].address == "no port");
}

TEST_CASE("JSON that is shown") {
    std::string text;
    append_shown_json(text, Json::parse(R"({"a\u001b":[1,-2,1.5,true,null,"\u202e你",{},[]]})"));
    CHECK(text == R"({"a\u001b":[1,-2,1.5,true,null,"\u202e你",{},[]]})");
}
