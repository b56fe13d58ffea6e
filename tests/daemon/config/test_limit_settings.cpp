// Limits and admission: which settings are read, and every message about a wrong one, with its
// place.
#include "common/net/address.hpp"
#include "daemon/config/config.hpp"
#include "tests/daemon/config/config_fixture.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;
using test::Texts;

namespace {

struct LimitSettingsTest : test::ConfigFixture {
    // The only mistake; empty: none.
    [[nodiscard]] std::string mistake(std::string_view toml) {
        const Texts texts = mistakes(toml);
        CHECK(texts.size() <= 1);
        return texts.empty() ? std::string{} : texts[0];
    }
};

bool contains(const NetworkSet& networks, const char* address) {
    return networks.contains(SocketAddress::parse(address).value());
}

constexpr const char* LISTENER = "[[listener]]\naddress = '[::]:1'\n";

}  // namespace

TEST_CASE_FIXTURE(LimitSettingsTest, "limits: all of them") {
    const PeerLimits limits = load(R"([limits]
connections = 1
connections_per_address = 2
connections_per_network = 3
new_connections_per_second = 4
messages_per_second = 5
bytes_per_second = 4294967295
exempt = ["192.0.2.0/24", "2001:db8::1"]
)")
                                  .peer_limits;
    CHECK(limits.connections == 1);
    CHECK(limits.connections_per_address == 2);
    CHECK(limits.connections_per_network == 3);
    CHECK(limits.new_connections_per_second == 4);
    CHECK(limits.messages_per_second == 5);
    CHECK(limits.bytes_per_second == 4'294'967'295);
    CHECK(contains(limits.exempt, "192.0.2.7:1"));
    CHECK(contains(limits.exempt, "[2001:db8::1]:1"));
    // What is given replaces the default.
    CHECK_FALSE(contains(limits.exempt, "127.0.0.1:1"));
    CHECK_FALSE(limits.connections_for_all);
}

TEST_CASE_FIXTURE(LimitSettingsTest, "limits: however the table is written") {
    CHECK(load("limits = { connections = 7 }").peer_limits.connections == 7);
    CHECK(load("limits.connections = 7").peer_limits.connections == 7);
    CHECK(load(std::string{LISTENER} + "[limits]\nconnections = 7").peer_limits.connections == 7);
    CHECK(load("[limits]").peer_limits.connections == 0);
    CHECK(load("[limits]\nexempt = []").peer_limits.exempt.empty());
    CHECK(contains(load("[limits]\nexempt = '192.0.2.7'").peer_limits.exempt, "192.0.2.7:1"));
}

TEST_CASE_FIXTURE(LimitSettingsTest, "limits: values that are none") {
    for (const char* name :
         {"connections", "connections_per_address", "connections_per_network",
          "new_connections_per_second", "messages_per_second", "bytes_per_second"}) {
        CAPTURE(name);
        const std::string column = std::to_string(std::string_view{name}.size() + 4);
        for (const char* value : {"-1", "4294967296", "0.5", "true"}) {
            CHECK(mistake(std::string{"[limits]\n"} + name + " = " + value) ==
                  "2:" + column + ": " + name +
                      ": expected a whole number from 0 to 4294967295, got " + value);
        }
        CHECK(mistake(std::string{"[limits]\n"} + name + " = '5'").ends_with("got a string"));
        CHECK(mistake(std::string{"[limits]\n"} + name + " = 0").empty());
    }
    CHECK(mistake("limits = 5") == "1:10: limits: expected [limits], got 5");
    CHECK(mistake("[[limits]]\nconnections = 1")
              .ends_with("limits: expected [limits], got an array"));
}

TEST_CASE_FIXTURE(LimitSettingsTest, "limits: settings where they do not belong") {
    CHECK(mistake("[limits]\nbyte_per_second = 5") ==
          "2:1: unknown setting 'byte_per_second', did you mean 'bytes_per_second'?");
    CHECK(mistake("[limits]\nsize = 5") ==
          "2:1: unknown setting 'size': expected one of: connections, connections_per_address, "
          "connections_per_network, new_connections_per_second, messages_per_second, "
          "bytes_per_second, exempt");
    CHECK(mistake("[limits]\nconnections = 5\nidle_timeout = 1") ==
          "3:1: 'idle_timeout' is not a setting of [limits]: move it above [limits]");
    CHECK(mistake("[limits]\nmax_connections = 5") ==
          "2:1: 'max_connections' is not a setting of [limits]: move it above [limits]");
    CHECK(mistake("messages_per_second = 5") ==
          "1:1: 'messages_per_second' is a setting of [limits]: move it below [limits]");
    CHECK(mistake(std::string{LISTENER} + "connections_per_address = 5") ==
          "3:1: 'connections_per_address' is a setting of [limits]: move it below [limits]");
    CHECK(mistake("deny = ['192.0.2.7']") ==
          "1:1: 'deny' is a setting of a [[listener]]: move it below one");
    CHECK(mistake(std::string{LISTENER} + "peer_timeout = 5") ==
          "3:1: 'peer_timeout' is not a setting of a [[listener]]: move it above the first "
          "[[listener]]");
}

TEST_CASE_FIXTURE(LimitSettingsTest, "limits: the former name of connections") {
    CHECK(load("max_connections = 5").peer_limits.connections == 5);
    CHECK(load("max_connections = 5").peer_limits.connections_for_all);
    CHECK(load("max_connections = 5\n[limits]\nbytes_per_second = 1").peer_limits.connections == 5);
    CHECK(mistake("sync = true\nmax_connections = 5\n[limits]\nconnections = 5") ==
          "2:19: max_connections is the former name of connections in [limits]: expected only one "
          "of them");
}

TEST_CASE_FIXTURE(LimitSettingsTest, "limits: networks that are none") {
    constexpr const char* EXPECTED =
        "expected an address or a network, such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32";
    for (const char* network :
         {"", "example.org", "192.0.2.7:1", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1",
          "2001:db8::/129", "[2001:db8::1]", "fe80::1%lo", "::ffff:192.0.2.0/95", "192.0.2"}) {
        CAPTURE(network);
        CHECK(mistake(std::string{"[limits]\nexempt = ['::1', '"} + network + "']") ==
              std::string{"2:18: exempt: invalid network '"} + network + "': " + EXPECTED);
    }
    CHECK(mistake("[limits]\nexempt = '192.0.2.7/24'") ==
          "2:10: exempt: '192.0.2.7/24' is an address in a network: expected the network "
          "192.0.2.0/24 or the address alone");
    CHECK(mistake("[limits]\nexempt = '2001:db8::1/32'").find(" 2001:db8::/32 or ") !=
          std::string::npos);
    // An IPv4 network, too.
    CHECK(mistake("[limits]\nexempt = '::ffff:192.0.2.7/120'").find(" 192.0.2.0/24 or ") !=
          std::string::npos);
    CHECK(mistake("[limits]\nexempt = 5") ==
          "2:10: exempt: expected a string or an array of strings, got 5");
    CHECK(mistake("[limits]\nexempt = ['::1', 5]") == "2:18: exempt: expected a string, got 5");
    CHECK(mistakes(std::string{LISTENER} + "allow = ['x', '::1']\ndeny = ['::2/64']") ==
          Texts{std::string{"3:10: allow: invalid network 'x': "} + EXPECTED,
                "4:9: deny: '::2/64' is an address in a network: expected the network ::/64 or the "
                "address alone"});
}

TEST_CASE_FIXTURE(LimitSettingsTest, "limits: who is let in") {
    const auto listener = [this](const char* settings) {
        return load(std::string{LISTENER} + settings).listeners.at(0);
    };
    CHECK_FALSE(listener("").allow);
    CHECK(listener("").deny.empty());
    const ListenerConfig both = listener("allow = ['192.0.2.0/24']\ndeny = '192.0.2.7'");
    CHECK(contains(both.allow.value(), "192.0.2.7:1"));
    CHECK(contains(both.allow.value(), "[::ffff:192.0.2.8]:1"));
    CHECK_FALSE(contains(both.allow.value(), "198.51.100.1:1"));
    CHECK(contains(both.deny, "192.0.2.7:1"));
    // An empty list lets nobody in; without a list, everybody gets in.
    CHECK(listener("allow = []").allow.value().empty());
}

TEST_CASE_FIXTURE(LimitSettingsTest, "limits: how long a peer may be silent") {
    CHECK(load("").limits.peer == 120s);
    CHECK(load("peer_timeout = 0").limits.peer == 0s);
    CHECK(load("peer_timeout = 2.5").limits.peer == 2500ms);
    CHECK(load("peer_timeout = 86400").limits.peer == 24h);
    for (const char* value : {"-1", "86401", "nan"}) {
        CHECK(
            mistake(std::string{"peer_timeout = "} + value) ==
            std::string{"1:16: peer_timeout: expected a number of seconds from 0 to 86400, got "} +
                value);
    }
    CHECK(mistake("peer_timeout = '5'").ends_with("got a string"));
}
