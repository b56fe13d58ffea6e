#include "daemon/config/config.hpp"
#include "daemon/config/table_reader.hpp"
#include "tests/support/temporary_folder.hpp"

#include <initializer_list>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;
using namespace std::chrono_literals;

namespace {

struct Fixture {
    [[nodiscard]] Config load(std::string_view toml) {
        test::write_file(options.config.value(), toml);
        return load_config(options);
    }
    // What is wrong, its place without the file's name before it: "1:8: ...".
    [[nodiscard]] std::string problem(std::string_view toml) {
        const std::string file = options.config.value() + ":";
        try {
            static_cast<void>(load(toml));
        } catch (const ConfigError& error) {
            const std::string what = error.what();
            return what.starts_with(file) ? what.substr(file.size()) : what;
        }
        return {};
    }
    static std::string text(const ListenerConfig& listener) { return listener.address.text(); }

    test::TemporaryFolder folder;
    Options options{.config = folder / "harkd.toml",
                    .listen = {},
                    .log = {},
                    .control = {},
                    .framing = {},
                    .charset = {}};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "config: with nothing said") {
    const Config config = load("");
    CHECK(config.listeners.empty());
    CHECK(config.defaults.framing == Framing::automatic);
    CHECK(config.defaults.charset == CharsetMode::automatic);
    CHECK_FALSE(config.defaults.greeting);
    REQUIRE(config.logs.size() == 1);
    CHECK(config.logs[0].spec == "console");
    CHECK_FALSE(config.sync);
    CHECK(config.limits.quiet == 100ms);
    CHECK(config.limits.partial == 60s);
    CHECK(config.limits.idle == 0ms);
    CHECK(config.limits.detect_probes);
    CHECK(config.max_connections == 0);
}

TEST_CASE_FIXTURE(Fixture, "config: every key") {
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
        CHECK(config.listeners[index].framing == Framing::line);
        CHECK(config.listeners[index].charset == CharsetMode::gb18030);
        CHECK(config.listeners[index].greeting == "hello");
    }
    CHECK(text(config.listeners[0]) == "127.0.0.1:1000");
    CHECK(text(config.listeners[1]) == "[::1]:2000");
    CHECK(text(config.listeners[2]) == "127.0.0.1:3000");
    CHECK(config.listeners[2].framing == Framing::chunk);
    CHECK(config.listeners[2].charset == CharsetMode::utf8);
    CHECK(config.listeners[2].greeting == "");
    REQUIRE(config.logs.size() == 2);
    CHECK(config.logs[0].path == "");
    CHECK(config.logs[1].spec == "file:/var/log/x");
    CHECK(config.logs[1].path == "/var/log/x");
    CHECK(config.sync);
    CHECK(config.limits.quiet == 250ms);
    CHECK(config.limits.partial == 1500ms);
    CHECK(config.limits.idle == 300s);
    CHECK(config.max_connections == 5000);
    CHECK_FALSE(config.limits.detect_probes);
}

TEST_CASE_FIXTURE(Fixture, "config: a string or several") {
    CHECK(load("listen = ['127.0.0.1:1', '127.0.0.1:2']").listeners.size() == 2);
    CHECK(load("log = 'file:/x'").logs[0].path == "/x");
    CHECK(load("listen = ['127.0.0.1:0', '127.0.0.1:0']").listeners.size() == 2);
    CHECK(load("framing = 'auto'\ncharset = 'auto'").defaults.framing == Framing::automatic);
}

TEST_CASE_FIXTURE(Fixture, "config: a bad value is said with its place") {
    CHECK(problem("listen = 'nowhere'") ==
          "1:10: 'nowhere' is no address, expected ADDR:PORT with a numeric address, such as "
          "127.0.0.1:8765 or [::]:8765");
    CHECK(problem("\n listen = ['[::]:1', '1.2.3.4:70000']").starts_with("2:22: '1.2.3.4:70000'"));
    CHECK(problem("listen = 8765") ==
          "1:10: listen cannot be a value of type integer, expected a string or an array");
    CHECK(problem("listen = ['[::]:1', 2]") ==
          "1:21: listen cannot be a value of type integer, expected a string");
    CHECK(problem("listen = []") == "1:10: listen is empty, expected a string");
    CHECK(problem("log = 'syslog'") ==
          "1:7: 'syslog' is no place for the log, expected console, journal or file:PATH");
    CHECK(problem("log = 'file:'") ==
          "1:7: 'file:' is no place for the log, expected console, journal or file:PATH");
    CHECK(problem("framing = 'lines'") ==
          "1:11: there is no mode 'lines', expected auto, line or chunk");
    CHECK(problem("charset = 'gbk'") ==
          "1:11: there is no mode 'gbk', expected auto, utf-8 or gb18030");
    CHECK(problem("framing = true") ==
          "1:11: framing cannot be a value of type boolean, expected a string");
    for (const char* greeting : {"\"\\n\"", "\"\xE4\xBD\xA0\"", "\"\\u007f\""}) {
        CHECK(problem(std::string{"greeting = "} + greeting) ==
              "1:12: a greeting goes to clients of every charset, expected one line of ASCII text");
    }
    CHECK(problem("greeting = '" + std::string(501, 'x') + "'") ==
          "1:12: the greeting has 501 characters, expected at most 500");
    CHECK(problem("greeting = '" + std::string(500, 'x') + "'") == "");
}

TEST_CASE_FIXTURE(Fixture, "config: a bad number or flag is said with its place") {
    for (const char* value : {"0", "-1", "60001", "nan", "inf"}) {
        CAPTURE(value);
        CHECK(problem(std::string{"quiet_ms = "} + value) ==
              std::string{"1:12: quiet_ms is "} + value +
                  ", expected milliseconds, from 1 to 60000");
    }
    CHECK(problem("quiet_ms = '100'") ==
          "1:12: quiet_ms cannot be a value of type string, expected milliseconds, from 1 to "
          "60000");
    CHECK(problem("partial_timeout = 0") ==
          "1:19: partial_timeout is 0, expected seconds, from 0.001 to 2592000");
    CHECK(problem("idle_timeout = -0.5") ==
          "1:16: idle_timeout is -0.5, expected seconds, up to 2592000, or 0 for no limit");
    CHECK(problem("max_connections = -1") ==
          "1:19: max_connections is -1, expected a whole number, or 0 for as many as possible");
    CHECK(problem("max_connections = 0.5").starts_with("1:19: max_connections "));
    CHECK(problem("sync = 1") ==
          "1:8: sync cannot be a value of type integer, expected true or false");
    CHECK(problem("detect_probes = 'no'") ==
          "1:17: detect_probes cannot be a value of type string, expected true or false");
}

TEST_CASE_FIXTURE(Fixture, "config: an unknown key is said with its place") {
    const std::string unknown = problem("sync = true\nquiet = 5\n");
    CHECK(unknown.starts_with("2:1: there is no setting 'quiet', expected one of: "));
    CHECK(unknown.find("quiet_ms") != std::string::npos);
    CHECK(problem("[[listener]]\naddress = '[::]:1'\nsync = true") ==
          "3:1: there is no setting 'sync', expected one of: address, socket, framing, charset, "
          "greeting");
    CHECK(problem("[server]\nport = 1").starts_with("1:2: there is no setting 'server'"));
}

TEST_CASE_FIXTURE(Fixture, "config: a listener needs an address") {
    CHECK(problem("\n[[listener]]\nframing = 'line'") ==
          "2:1: a [[listener]] has no address, expected address = ... or socket = ...");
    CHECK(problem("[listener]\naddress = '[::]:1'") ==
          "1:1: listener cannot be a value of type table, expected [[listener]]");
    CHECK(problem("[[listener]]\naddress = 'x'").starts_with("2:11: 'x' is no address"));
}

TEST_CASE_FIXTURE(Fixture, "config: a listener may name a socket instead") {
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
    CHECK(config.listeners[0].framing == Framing::chunk);
    CHECK(config.listeners[0].origin.place == options.config.value() + ":4:10");
    CHECK(config.listeners[1].socket == "other");
    CHECK(config.listeners[1].framing == Framing::line);
    CHECK(problem("[[listener]]\nsocket = ''") ==
          "2:10: the name is empty, expected the name of a passed socket");
    CHECK(problem("[[listener]]\nsocket = 'a'\naddress = '[::]:1'") ==
          "2:10: a [[listener]] has an address and a socket, expected one of them");
    CHECK(problem("[[listener]]\nsocket = 'a'\n[[listener]]\nsocket = 'a'") ==
          "3:1: a is given twice, expected each once");
    options.listen = {"127.0.0.1:1"};
    CHECK(load("[[listener]]\nsocket = 'a'").listeners.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "config: the command line's modes are for what is not named, too") {
    options.framing = "chunk";
    options.charset = "utf-8";
    const Config config = load("framing = 'line'\ngreeting = 'hello'");
    CHECK(config.defaults.framing == Framing::chunk);
    CHECK(config.defaults.charset == CharsetMode::utf8);
    CHECK(config.defaults.greeting == "hello");
}

TEST_CASE_FIXTURE(Fixture, "config: what is no TOML is said with its place") {
    CHECK(problem("sync = true\nsync = \n").starts_with("2:"));
    CHECK(problem("sync = true\nsync = false\n").starts_with("2:"));
    CHECK(problem("x = \"\xFF\"").starts_with("1:"));
}

TEST_CASE_FIXTURE(Fixture, "config: twins are refused") {
    CHECK(problem("listen = ['127.0.0.1:1', '127.0.0.1:1']") ==
          "1:26: 127.0.0.1:1 is given twice, expected each once");
    CHECK(problem("listen = '[::]:1'\n[[listener]]\naddress = '[::]:1'") ==
          "2:1: [::]:1 is given twice, expected each once");
    CHECK(problem("log = ['console', 'console']") ==
          "1:19: console is given twice, expected each once");
    options.listen = {"[::]:1", "[::]:1"};
    CHECK(problem("") == "--listen: [::]:1 is given twice, expected each once");
}

TEST_CASE_FIXTURE(Fixture, "config: the command line wins") {
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
[[listener]]
address = "[::]:10"
)");
    REQUIRE(config.listeners.size() == 2);
    CHECK(text(config.listeners[0]) == "127.0.0.1:1");
    CHECK(text(config.listeners[1]) == "127.0.0.1:2");
    for (const ListenerConfig& listener : config.listeners) {
        CHECK(listener.framing == Framing::chunk);
        CHECK(listener.charset == CharsetMode::utf8);
        CHECK(listener.greeting == "hello");
    }
    REQUIRE(config.logs.size() == 1);
    CHECK(config.logs[0].path == "/y");
}

TEST_CASE_FIXTURE(Fixture, "config: a bad word on the command line names its option") {
    const auto with = [&](std::vector<std::string> listen, std::vector<std::string> log) {
        options.listen = std::move(listen);
        options.log = std::move(log);
        return problem("");
    };
    CHECK(with({"x"}, {}).starts_with("--listen: 'x' is no address"));
    CHECK(with({}, {"x"}).starts_with("--log: 'x' is no place for the log"));
    options.framing = "x";
    CHECK(with({}, {}) == "--framing: there is no mode 'x', expected auto, line or chunk");
    options.framing.reset();
    options.charset = "x";
    CHECK(with({}, {}) == "--charset: there is no mode 'x', expected auto, utf-8 or gb18030");
}

TEST_CASE_FIXTURE(Fixture, "config: a file that cannot be read is another error") {
    options.config = folder / "missing";
    CHECK_THROWS_WITH(static_cast<void>(load_config(options)),
                      ("cannot read " + *options.config + ": No such file or directory").c_str());
    options.config = folder / "";
    CHECK_THROWS_WITH(static_cast<void>(load_config(options)),
                      ("cannot read " + *options.config + ": Is a directory").c_str());
}

TEST_CASE("config: the default greeting") {
    CHECK(default_greeting().ends_with(" harkd " HARK_VERSION " ready, say \"bye\" to leave"));
}
