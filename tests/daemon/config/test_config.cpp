#include "daemon/config/config.hpp"
#include "tests/daemon/config/config_fixture.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;

namespace {

struct ConfigTest : test::ConfigFixture {
    static std::string text(const ListenerConfig& listener) { return listener.address.text(); }
};

}  // namespace

TEST_CASE_FIXTURE(ConfigTest, "config: defaults") {
    const Config config = load("");
    CHECK(config.listeners.empty());
    CHECK(config.defaults.profile.framing.framing == Framing::automatic);
    CHECK(config.defaults.charset.name == "auto");
    CHECK_FALSE(config.defaults.greeting);
    REQUIRE(config.sinks.size() == 1);
    CHECK(config.sinks[0].name() == "console");
    CHECK_FALSE(config.sinks[0].sync);
    CHECK(config.limits.quiet == 100ms);
    CHECK(config.limits.partial == 60s);
    CHECK(config.limits.idle == 0ms);
    CHECK(config.limits.detect_probes);
    CHECK(config.limits.peer == 120s);
    CHECK(config.peer_limits.connections == 0);
    CHECK_FALSE(config.peer_limits.by_address());
    CHECK(config.peer_limits.exempt.networks().size() == 2);
    CHECK(config.peer_limits.exempt.contains(SocketAddress::parse("127.9.9.9:1").value()));
    CHECK(config.peer_limits.exempt.contains(SocketAddress::parse("[::1]:1").value()));
}

TEST_CASE_FIXTURE(ConfigTest, "config: every setting") {
    const Config config = load(R"(
listen = "127.0.0.1:1000"
log = ["console", "file:/var/log/x"]
framing = "line"
charset = "gb18030"
greeting = "hello"
sync = true
quiet_ms = 250
partial_timeout = 1.5
idle_timeout = 300
max_connections = 5000
detect_probes = false
[[listener]]
address = "[::1]:2000"
[[listener]]
address = "127.0.0.1:3000"
framing = "chunk"
charset = "utf-8"
greeting = ""
)");
    REQUIRE(config.listeners.size() == 3);
    for (const std::size_t index : {0U, 1U}) {
        CHECK(config.listeners[index].profile.framing.framing == Framing::line);
        CHECK(config.listeners[index].charset.name == "gb18030");
        CHECK(config.listeners[index].greeting == "hello");
    }
    CHECK(text(config.listeners[0]) == "127.0.0.1:1000");
    CHECK(text(config.listeners[1]) == "[::1]:2000");
    CHECK(text(config.listeners[2]) == "127.0.0.1:3000");
    CHECK(config.listeners[2].profile.framing.framing == Framing::chunk);
    CHECK(config.listeners[2].charset.name == "utf-8");
    CHECK(config.listeners[2].greeting == "");
    REQUIRE(config.sinks.size() == 2);
    CHECK(config.sinks[0].path == "");
    CHECK(config.sinks[1].name() == "file:/var/log/x");
    CHECK(config.sinks[1].path == "/var/log/x");
    CHECK(config.sinks[0].sync);
    CHECK(config.sinks[1].sync);
    CHECK(config.limits.quiet == 250ms);
    CHECK(config.limits.partial == 1500ms);
    CHECK(config.limits.idle == 300s);
    CHECK(config.peer_limits.connections == 5000);
    CHECK(config.peer_limits.connections_for_all);
    CHECK_FALSE(config.limits.detect_probes);
}

TEST_CASE_FIXTURE(ConfigTest, "config: every setting of a listener for devices") {
    const Config config = load(R"(
replies = "none"
record_connections = "used"
max_message = 70000
[[listener]]
address = "[::1]:1"
framing = "delimited"
begin = "\u0002"
end = "\u0003\r"
telnet = false
replies = "ack"
ack = "OK\r\n"
nak = "\u0000"
record_connections = "none"
[[listener]]
address = "[::1]:2"
framing = "length"
length_bytes = 2
length_order = "little"
)");
    REQUIRE(config.listeners.size() == 2);
    const ListenerProfile& framed = config.listeners[0].profile;
    CHECK(framed.framing == FramingOptions{.framing = Framing::delimited,
                                           .begin = Delimiter{"\x02"},
                                           .end = Delimiter{"\x03\r"},
                                           .max_message = 70'000});
    CHECK_FALSE(framed.telnet);
    CHECK(framed.replies == ReplyMode::ack);
    CHECK(framed.ack == "OK\r\n");
    CHECK(framed.nak == std::string(1, '\0'));
    CHECK(framed.record_connections == RecordConnections::none);
    const ListenerProfile& measured = config.listeners[1].profile;
    CHECK(measured.framing == FramingOptions{.framing = Framing::length,
                                             .length_bytes = 2,
                                             .length_order = ByteOrder::little,
                                             .max_message = 70'000});
    CHECK(measured.telnet);
    CHECK(measured.replies == ReplyMode::none);
    CHECK(measured.ack == "\x06");
    CHECK(measured.nak == "\x15");
    CHECK(measured.record_connections == RecordConnections::used);
}

TEST_CASE_FIXTURE(ConfigTest, "config: a string or several") {
    CHECK(load("listen = ['127.0.0.1:1', '127.0.0.1:2']").listeners.size() == 2);
    CHECK(load("log = 'file:/x'").sinks[0].path == "/x");
    CHECK(load("log = 'json'").sinks[0].kind == SinkConfig::Kind::json);
    CHECK(load("listen = ['127.0.0.1:0', '127.0.0.1:0']").listeners.size() == 2);
    CHECK(load("framing = 'auto'\ncharset = 'auto'").defaults.profile.framing.framing ==
          Framing::automatic);
}

TEST_CASE_FIXTURE(ConfigTest, "config: a listener may name a socket instead") {
    const Config config = load(R"(
framing = "line"
[[listener]]
socket = "scanner"
framing = "chunk"
[[listener]]
socket = "other"
)");
    REQUIRE(config.listeners.size() == 2);
    CHECK(config.listeners[0].socket == "scanner");
    CHECK(config.listeners[0].profile.framing.framing == Framing::chunk);
    CHECK(config.listeners[0].origin.text() == options.config.value() + ":4:10");
    CHECK(config.listeners[1].socket == "other");
    CHECK(config.listeners[1].profile.framing.framing == Framing::line);
    options.listen = {"127.0.0.1:1"};
    CHECK(load("[[listener]]\nsocket = 'a'").listeners.size() == 1);
}

TEST_CASE_FIXTURE(ConfigTest, "config: modes of the command line are the defaults, too") {
    options.framing = "chunk";
    options.charset = "utf-8";
    const Config config = load("framing = 'line'\ngreeting = 'hello'");
    CHECK(config.defaults.profile.framing.framing == Framing::chunk);
    CHECK(config.defaults.charset.name == "utf-8");
    CHECK(config.defaults.greeting == "hello");
}

TEST_CASE_FIXTURE(ConfigTest, "config: the command line wins") {
    options.listen = {"127.0.0.1:1", "127.0.0.1:2"};
    options.log = {"file:/y"};
    options.framing = "chunk";
    options.charset = "utf-8";
    const Config config = load(R"(
listen = "[::]:9"
log = "console"
framing = "line"
charset = "gb18030"
greeting = "hello"
sync = true
[[listener]]
address = "[::]:10"
)");
    REQUIRE(config.listeners.size() == 2);
    CHECK(text(config.listeners[0]) == "127.0.0.1:1");
    CHECK(text(config.listeners[1]) == "127.0.0.1:2");
    for (const ListenerConfig& listener : config.listeners) {
        CHECK(listener.profile.framing.framing == Framing::chunk);
        CHECK(listener.charset.name == "utf-8");
        CHECK(listener.greeting == "hello");
    }
    REQUIRE(config.sinks.size() == 1);
    CHECK(config.sinks[0].path == "/y");
    CHECK(config.sinks[0].sync);
}

TEST_CASE_FIXTURE(ConfigTest, "config: a file that cannot be read") {
    options.config = folder / "missing";
    CHECK_THROWS_WITH(static_cast<void>(load_config(options)),
                      ("cannot read " + *options.config + ": No such file or directory").c_str());
    options.config = folder / "";
    CHECK_THROWS_WITH(static_cast<void>(load_config(options)),
                      ("cannot read " + *options.config + ": Is a directory").c_str());
    options.config = folder / (std::string(300, 'x') + "/harkd.toml");
    CHECK_THROWS_WITH(static_cast<void>(load_config(options)),
                      ("cannot read " + *options.config + ": File name too long").c_str());
    options.config = "";
    CHECK_THROWS_WITH(static_cast<void>(load_config(options)),
                      "--config: expected the name of a file, got an empty string");
}

TEST_CASE("config: the default greeting") {
    CHECK(default_greeting().ends_with(" harkd " HARK_VERSION " ready, say \"bye\" to leave"));
}

TEST_CASE_FIXTURE(test::ConfigFixture, "config: what harkd gives up") {
    const Config by_default = load("");
    CHECK(by_default.user.empty());
    CHECK(by_default.sandbox);
    CHECK_FALSE(by_default.core_dumps);
    const Config other = load("sandbox = false\nuser = 'nobody'\ncore_dumps = true");
    CHECK(other.user == "nobody");
    CHECK(other.user_origin.line == 2);
    CHECK(other.user_origin.column == 8);
    CHECK_FALSE(other.sandbox);
    CHECK(other.core_dumps);
    options.user = "root";
    CHECK(load("user = 'nobody'").user == "root");
    CHECK(load("user = 'nobody'").user_origin.text() == "--user");
    options.user = "";
    CHECK(load("user = 'nobody'").user.empty());
    options.user.reset();
    CHECK(mistakes("user = 1") == test::Texts{"1:8: user: expected a string, got 1"});
}
