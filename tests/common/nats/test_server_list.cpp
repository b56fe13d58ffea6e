#include "common/nats/server_info.hpp"
#include "common/nats/server_list.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;

namespace {

std::string parsed(std::string_view text) {
    const Endpoint server = nats::parse_server(text);
    return server.host.empty() ? "none" : server.text();
}

}  // namespace

TEST_CASE("nats servers: as people and servers write them") {
    CHECK(parsed("10.0.0.1:4223") == "10.0.0.1:4223");
    CHECK(parsed("10.0.0.1") == "10.0.0.1:4222");
    CHECK(parsed("nats.example.org") == "nats.example.org:4222");
    CHECK(parsed("nats://a:1") == "a:1");
    CHECK(parsed("tls://[::1]:4223") == "[::1]:4223");
    CHECK(parsed("[2001:db8::1]") == "[2001:db8::1]:4222");
    CHECK(parsed("::1") == "[::1]:4222");
    for (const char* const bad : {"", ":4222", "a:", "a:0", "a:65536", "a:b", "a b", "user@a",
                                  "http://a", "[::1", "a::b:x", "a/b", "a,b"}) {
        CAPTURE(bad);
        CHECK(parsed(bad) == "none");
    }
}

TEST_CASE("nats servers: one after the other, with those that are learned") {
    const std::vector<Endpoint> given{{"n1.example.org", 4222}, {"n2.example.org", 4222}};
    nats::ServerList servers{given, 1};
    CHECK(servers.current().name == "n2.example.org");
    const std::vector<std::string> others{"10.0.0.3:4222", "n1.example.org:4222", "n4:4222", "x y"};
    servers.learn(others);
    CHECK(servers.size() == 4);
    // The certificate of 10.0.0.3 must be for the name that we know, not for its address.
    servers.advance();
    servers.advance();
    const bool first_is_numeric = servers.current().endpoint.host == "n1.example.org";
    CHECK(first_is_numeric == false);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < servers.size(); ++i) {
        names.push_back(servers.current().endpoint.host + " " + servers.current().name);
        servers.advance();
    }
    CHECK(std::ranges::count(names, "10.0.0.3 n2.example.org") == 1);
    CHECK(std::ranges::count(names, "n4 n4") == 1);

    // The current server stays current, and servers that are no longer named are forgotten.
    while (servers.current().endpoint.host != "10.0.0.3") servers.advance();
    servers.learn(std::vector<std::string>{});
    CHECK(servers.size() == 3);
    CHECK(servers.current().endpoint.host == "10.0.0.3");
}

TEST_CASE("nats servers: what plain text says brings no other name into play") {
    const std::vector<Endpoint> given{{"n1.example.org", 4222}};
    nats::ServerList servers{given, 0};
    const std::vector<std::string> others{"10.0.0.3:4222", "evil.example.com:4222"};
    servers.learn(others, nats::ServerList::Trust::same_name);
    CHECK(servers.size() == 2);
    servers.advance();
    CHECK(servers.current().endpoint.host == "10.0.0.3");
    CHECK(servers.current().name == "n1.example.org");

    const std::vector<Endpoint> numeric{{"10.0.0.1", 4222}};
    nats::ServerList by_address{numeric, 0};
    by_address.learn(others, nats::ServerList::Trust::same_name);
    CHECK(by_address.size() == 1);
}

TEST_CASE("nats servers: there is a bound") {
    const std::vector<Endpoint> given{{"n1", 4222}};
    nats::ServerList servers{given, 12345};
    std::vector<std::string> others;
    for (int i = 0; i < 1000; ++i) others.push_back("10.0.0.1:" + std::to_string(5000 + i));
    servers.learn(others);
    CHECK(servers.size() == nats::ServerList::MAX_SERVERS);
    CHECK(servers.current().endpoint.host == "n1");
}

TEST_CASE("nats servers: what they say of themselves") {
    const auto info = nats::parse_server_info(
        R"({"server_name":"n1","version":"2.10.27","headers":true,"max_payload":1048576,)"
        R"("tls_required":true,"connect_urls":["10.0.0.2:4222",7],"ldm":true,"auth_required":1})");
    REQUIRE(info);
    CHECK(info->name == "n1");
    CHECK(info->version == "2.10.27");
    CHECK(info->headers);
    CHECK(info->max_payload == 1'048'576);
    CHECK(info->requires_tls);
    CHECK(info->is_leaving);
    CHECK_FALSE(info->wants_authentication);
    CHECK(info->others == std::vector<std::string>{"10.0.0.2:4222"});
    for (const char* const bad : {"", "[]", "7", "{", "null"}) {
        CAPTURE(bad);
        CHECK_FALSE(nats::parse_server_info(bad));
    }
    CHECK(nats::is_at_least("2.10.23", 2, 10, 23));
    CHECK(nats::is_at_least("2.11.0-beta.1", 2, 10, 23));
    CHECK(nats::is_at_least("3.0.0", 2, 10, 23));
    CHECK_FALSE(nats::is_at_least("2.10.22", 2, 10, 23));
    CHECK_FALSE(nats::is_at_least("2.9.10", 2, 10, 0));
    CHECK_FALSE(nats::is_at_least("2.x", 2, 0, 0));
    CHECK_FALSE(nats::is_at_least("", 0, 0, 0));
}
