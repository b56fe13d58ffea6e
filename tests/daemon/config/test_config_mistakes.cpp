// Every message about a wrong configuration, with its place.
#include "daemon/config/config.hpp"
#include "tests/daemon/config/config_fixture.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace hark;
using test::Texts;

namespace {

constexpr const char* SETTINGS =
    "framing, charset, greeting, telnet, replies, ack, nak, record_connections, max_message, "
    "listen, listener, log, sync, quiet_ms, partial_timeout, "
    "idle_timeout, peer_timeout, limits, nats, max_connections, detect_probes, control, "
    "control_readers, "
    "user, sandbox, core_dumps";
constexpr const char* ADDRESS =
    "ADDR:PORT with a numeric address, such as 127.0.0.1:8765 or [::]:8765";

struct MistakesTest : test::ConfigFixture {
    // The only mistake; empty: none.
    [[nodiscard]] std::string mistake(std::string_view toml) {
        const Texts texts = mistakes(toml);
        CHECK(texts.size() <= 1);
        return texts.empty() ? std::string{} : texts[0];
    }
};

}  // namespace

TEST_CASE_FIXTURE(MistakesTest, "config: addresses and sinks") {
    CHECK(mistake("listen = 'nowhere'") ==
          "1:10: invalid address 'nowhere': expected ADDR:PORT with a numeric address, such as "
          "127.0.0.1:8765 or [::]:8765");
    CHECK(mistake("\n listen = ['[::]:1', '1.2.3.4:70000']")
              .starts_with("2:22: invalid address '1.2.3.4:70000'"));
    CHECK(mistake("listen = 8765") ==
          "1:10: listen: expected a string or an array of strings, got 8765");
    CHECK(mistake("listen = ['[::]:1', 2]") == "1:21: listen: expected a string, got 2");
    CHECK(mistake("listen = []") ==
          "1:10: listen: expected a string or an array of strings, got an empty array");
    CHECK(mistake("log = 'syslog'") ==
          "1:7: invalid sink 'syslog': expected console, json, journal, file:PATH or nats:STREAM");
    CHECK(mistake("log = '/var/log/x'") ==
          "1:7: invalid sink '/var/log/x', did you mean 'file:/var/log/x'?");
    CHECK(mistake("log = 'file:'") ==
          "1:7: invalid sink 'file:': expected console, json, journal, file:PATH or nats:STREAM");
}

TEST_CASE_FIXTURE(MistakesTest, "config: a read may end inside a character of UTF-16") {
    constexpr const char* WRONG =
        "charset utf-16be cannot be combined with framing chunk: expected framing auto, line, "
        "counted or length";
    CHECK(mistake("charset = 'utf-16be'\nframing = 'chunk'") == std::string{"1:11: "} + WRONG);
    CHECK(mistake("charset = 'utf-16be'\n[[listener]]\naddress = '[::]:1'\nframing = 'chunk'") ==
          std::string{"1:11: "} + WRONG);
    CHECK(mistake("framing = 'chunk'\n[[listener]]\naddress = '[::]:1'\ncharset = 'utf-16be'") ==
          std::string{"4:11: "} + WRONG);
    // One mistake, however many listeners inherit it.
    CHECK(mistakes("framing = 'chunk'\ncharset = 'utf-16be'\nlisten = ['[::]:1', '[::]:2']") ==
          Texts{std::string{"2:11: "} + WRONG});
    CHECK(
        mistake("[[listener]]\naddress = '[::]:1'\nframing = 'delimited'\nend = 'x'\n"
                "charset = 'utf-16le'") ==
        "5:11: charset utf-16le cannot be combined with framing delimited: expected framing auto, "
        "line, counted or length");
    for (const char* framing : {"auto", "line", "counted", "length"}) {
        CHECK(mistake(std::string{"charset = 'utf-16be'\nframing = '"} + framing + "'") == "");
    }
    options.charset = "utf-16le";
    options.framing = "chunk";
    CHECK(
        mistake("") ==
        "--charset: charset utf-16le cannot be combined with framing chunk: expected framing auto, "
        "line, counted or length");
}

TEST_CASE_FIXTURE(MistakesTest, "config: modes and texts") {
    CHECK(
        mistake("framing = 'lines'") ==
        "1:11: invalid framing 'lines': expected auto, line, chunk, delimited, counted or length");
    CHECK(
        mistake("charset = 'klingon'") ==
        "1:11: unknown charset 'klingon': expected auto, utf-8, gb18030, utf-16le, utf-16be, or a "
        "charset that iconv knows, such as big5 or windows-1251");
    CHECK(mistake("charset = 'Big6'") == "1:11: unknown charset 'big6', did you mean 'big5'?");
    CHECK(mistake("charset = ''").starts_with("1:11: unknown charset '': expected auto, "));
    CHECK(mistake("charset = 'big5//IGNORE'") ==
          "1:11: invalid charset 'big5//ignore': expected the name alone, without // and what "
          "follows");
    CHECK(mistake("charset = 'ISO-2022-JP'") ==
          "1:11: charset 'iso-2022-jp' cannot be used: what its bytes mean depends on shift "
          "sequences before them");
    for (const std::string charset : {"utf-16", "utf16"}) {
        CHECK(mistake("charset = '" + charset + "'") ==
              "1:11: charset '" + charset +
                  "' does not say which byte comes first: expected utf-16le (Windows) or utf-16be");
    }
    for (const std::string charset : {"utf-32le", "cp037"}) {
        CHECK(mistake("charset = '" + charset + "'") ==
              "1:11: charset '" + charset +
                  "' cannot be used: the bytes 00, 0A and 0D are not NUL, LF and CR in it, or are "
                  "parts of other characters");
    }
    CHECK(mistake("framing = true") == "1:11: framing: expected a string, got true");
    CHECK(mistake("control = 1979-05-27") ==
          "1:11: control: expected a string, got a date or time");
    CHECK(mistake("control_readers = 'nobody'") ==
          "1:19: invalid control_readers 'nobody': expected group or everyone");
    for (const char* greeting : {"\"\\n\"", "\"\xE4\xBD\xA0\"", "\"\\u007f\""}) {
        CHECK(mistake(std::string{"greeting = "} + greeting) ==
              "1:12: invalid greeting: expected one line of printable ASCII, which clients of "
              "every charset can read");
    }
    CHECK(mistake("greeting = '" + std::string(501, 'x') + "'") ==
          "1:12: greeting too long: expected at most 500 characters, got 501");
    CHECK(mistake("greeting = '" + std::string(500, 'x') + "'").empty());
}

TEST_CASE_FIXTURE(MistakesTest, "config: numbers and flags") {
    for (const char* value : {"0", "-1", "60001", "nan", "inf"}) {
        CAPTURE(value);
        CHECK(mistake(std::string{"quiet_ms = "} + value) ==
              std::string{"1:12: quiet_ms: expected a number of milliseconds from 1 to 60000, "
                          "got "} +
                  value);
    }
    CHECK(mistake("quiet_ms = '100'") ==
          "1:12: quiet_ms: expected a number of milliseconds from 1 to 60000, got a string");
    CHECK(mistake("quiet_ms = ''").ends_with("got an empty string"));
    CHECK(mistake("partial_timeout = 0") ==
          "1:19: partial_timeout: expected a number of seconds from 0.001 to 2592000, got 0");
    CHECK(mistake("idle_timeout = -0.5") ==
          "1:16: idle_timeout: expected a number of seconds from 0 to 2592000, got -0.5");
    CHECK(mistake("max_connections = -1") ==
          "1:19: max_connections: expected a whole number from 0 to 4294967295, got -1");
    CHECK(mistake("max_connections = 0.5").ends_with("4294967295, got 0.5"));
    CHECK(mistake("sync = 1") == "1:8: sync: expected true or false, got 1");
    CHECK(mistake("detect_probes = [1]") ==
          "1:17: detect_probes: expected true or false, got an array");
}

TEST_CASE_FIXTURE(MistakesTest, "config: unknown settings") {
    CHECK(mistake("sync = true\nquiet = 5\n") ==
          "2:1: unknown setting 'quiet', did you mean 'quiet_ms'?");
    CHECK(mistake("max_conections = 5") ==
          "1:1: unknown setting 'max_conections', did you mean 'max_connections'?");
    CHECK(mistake("liste = 5") ==
          "1:1: unknown setting 'liste', did you mean 'listen' or 'listener'?");
    CHECK(mistake("[server]\nport = 1") ==
          std::string{"1:2: unknown setting 'server': expected one of: "} + SETTINGS);
    CHECK(mistake("[[listener]]\naddress = '[::]:1'\nport = 1") ==
          "3:1: unknown setting 'port': expected one of: address, socket, allow, deny, proxy, tls, "
          "reuse_port, "
          "framing, charset, "
          "greeting, telnet, replies, ack, nak, "
          "record_connections, max_message, begin, end, length_bytes, length_order");
    CHECK(mistake("[[listener]]\naddress = '[::]:1'\nframe = 'line'") ==
          "3:1: unknown setting 'frame': expected one of: address, socket, allow, deny, proxy, "
          "tls, reuse_port, "
          "framing, charset, "
          "greeting, telnet, replies, ack, nak, "
          "record_connections, max_message, begin, end, length_bytes, length_order");
    CHECK(mistake("[[listener]]\naddress = '[::]:1'\nsync = true") ==
          "3:1: 'sync' is not a setting of a [[listener]]: move it above the first [[listener]]");
}

TEST_CASE_FIXTURE(MistakesTest, "config: a listener has an address or a socket") {
    CHECK(mistake("\n[[listener]]\nframing = 'line'") ==
          "2:1: this [[listener]] has no address: expected address = \"ADDR:PORT\" or "
          "socket = \"NAME\"");
    CHECK(mistake("[listener]\naddress = '[::]:1'") ==
          "1:1: listener: expected [[listener]], got a table");
    CHECK(mistake("listener = []") == "1:12: listener: expected [[listener]], got an empty array");
    CHECK(mistake("[[listener]]\naddress = 'x'").starts_with("2:11: invalid address 'x'"));
    CHECK(mistake("[[listener]]\nsocket = ''") ==
          "2:10: empty socket name: expected the FileDescriptorName= of a socket unit");
    CHECK(mistake("[[listener]]\nsocket = 'a'\naddress = '[::]:1'") ==
          "2:10: this [[listener]] has both address and socket: expected one of them");
}

TEST_CASE_FIXTURE(MistakesTest, "config: duplicates") {
    CHECK(mistake("listen = ['127.0.0.1:1', '127.0.0.1:1']") ==
          "1:26: duplicate address 127.0.0.1:1");
    CHECK(mistake("listen = '[::]:1'\n[[listener]]\naddress = '[::]:1'") ==
          "2:1: duplicate address [::]:1");
    CHECK(mistake("[[listener]]\nsocket = 'a'\n[[listener]]\nsocket = 'a'") ==
          "3:1: duplicate socket 'a'");
    CHECK(mistake("log = ['console', 'console']") == "1:19: duplicate sink console");
    CHECK(mistake("log = ['json', 'journal', 'json']") == "1:27: duplicate sink json");
    CHECK(mistake("log = ['json', 'journal', 'console']") ==
          "1:27: console and json are both standard output: expected one of them");
    options.listen = {"[::]:1", "[::]:1"};
    options.log = {"console", "file:/x", "console"};
    CHECK(mistakes("") ==
          Texts{"--listen: duplicate address [::]:1", "--log: duplicate sink console"});
}

TEST_CASE_FIXTURE(MistakesTest, "config: TOML syntax is one mistake") {
    CHECK(mistake("sync = true\nsync = \nquiet_ms = \n").starts_with("2:"));
    CHECK(mistake("sync = true\nsync = false\n") ==
          "2:8: invalid TOML key-value pair: cannot redefine existing boolean 'sync'");
    CHECK(mistake("framing = line") == "1:11: invalid TOML value (text must be quoted)");
    CHECK(mistake("listen = [::]:8765").ends_with("(text must be quoted)"));
    CHECK(mistake("x = \"\xFF\"").starts_with("1:5: invalid TOML: "));
    options.framing = "words";
    const Texts texts = mistakes("sync = \n");
    REQUIRE(texts.size() == 2);
    CHECK(texts[0].starts_with("--framing: "));
    CHECK(texts[1].starts_with("1:8: "));
}

TEST_CASE_FIXTURE(MistakesTest, "config: all mistakes at once, by line and column") {
    CHECK(mistakes(R"(sync = "yes"
log = ["console", 5, "printer", "console"]
idle_timeout = -1
listen = ["127.0.0.1:1", "127.0.0.1:1"]
no_such = 1
[[listener]]
charset = "windows1251"
framing = "words"
address = "127.0.0.1:1"
[[listener]]
greeting = 1
address = "nowhere:1"
[[listener]]
address = "nowhere:1"
)") == Texts{
           "1:8: sync: expected true or false, got a string",
           "2:19: log: expected a string, got 5",
           "2:22: invalid sink 'printer': expected console, json, journal, file:PATH or "
           "nats:STREAM",
           "2:33: duplicate sink console",
           "3:16: idle_timeout: expected a number of seconds from 0 to 2592000, got -1",
           "4:26: duplicate address 127.0.0.1:1",
           std::string{"5:1: unknown setting 'no_such': expected one of: "} + SETTINGS,
           "6:1: duplicate address 127.0.0.1:1",
           "7:11: unknown charset 'windows1251', did you mean 'windows-1251'?",
           "8:11: invalid framing 'words': expected auto, line, chunk, delimited, counted or "
           "length",
           "11:12: greeting: expected a string, got 1",
           std::string{"12:11: invalid address 'nowhere:1': expected "} + ADDRESS,
           std::string{"14:11: invalid address 'nowhere:1': expected "} + ADDRESS,
       });
}

TEST_CASE_FIXTURE(MistakesTest,
                  "config: mistakes of the command line come with those of the file") {
    options.listen = {"x", "[::]:1", "y"};
    options.log = {"printer"};
    options.framing = "words";
    options.charset = "gbq";
    const Texts texts = mistakes("sync = 1\nframing = 'lines'\nlisten = 'z'");
    REQUIRE(texts.size() == 8);
    CHECK(texts[0] ==
          "--framing: invalid framing 'words': expected auto, line, chunk, delimited, counted or "
          "length");
    CHECK(texts[1] == "--charset: unknown charset 'gbq', did you mean 'gbk'?");
    CHECK(texts[2].starts_with("--listen: invalid address 'x': "));
    CHECK(texts[3].starts_with("--listen: invalid address 'y': "));
    CHECK(
        texts[4] ==
        "--log: invalid sink 'printer': expected console, json, journal, file:PATH or nats:STREAM");
    CHECK(texts[5].starts_with("1:8: "));
    CHECK(texts[6].starts_with("2:11: "));
    CHECK(texts[7].starts_with("3:10: "));
}
