// Every message about a listener's framing, replies and records, with its place.
#include "daemon/config/config.hpp"
#include "tests/daemon/config/config_fixture.hpp"

#include <string>

#include <doctest/doctest.h>

using namespace hark;
using test::Texts;

namespace {

struct ListenerMistakesTest : test::ConfigFixture {
    // The mistakes of a listener whose settings begin on line 3.
    [[nodiscard]] Texts of_listener(std::string_view toml) {
        return mistakes(std::string{"[[listener]]\naddress = '[::]:1'\n"}.append(toml));
    }
};

constexpr const char* NO_END =
    "framing delimited needs an end: expected a [[listener]] with end = \"BYTES\", such as "
    "\"\\u0003\"";

}  // namespace

TEST_CASE_FIXTURE(ListenerMistakesTest, "config: delimited needs an end, where it is written") {
    CHECK(of_listener("framing = 'delimited'") == Texts{std::string{"3:11: "} + NO_END});
    CHECK(of_listener("begin = 'a'\nframing = 'delimited'") ==
          Texts{std::string{"4:11: "} + NO_END});
    CHECK(mistakes("framing = 'delimited'") == Texts{std::string{"1:11: "} + NO_END});
    // If the framing is inherited, the listener that lacks the end is the one to change.
    CHECK(mistakes("framing = 'delimited'\nlisten = '[::]:1'\n"
                   "[[listener]]\naddress = '[::]:2'\nend = 'x'\n[[listener]]\nsocket = 'a'") ==
          Texts{std::string{"2:10: "} + NO_END, std::string{"7:10: "} + NO_END});
    options.framing = "delimited";
    CHECK(mistakes("") == Texts{std::string{"--framing: "} + NO_END});
    CHECK(of_listener("") == Texts{std::string{"2:11: "} + NO_END});
}

TEST_CASE_FIXTURE(ListenerMistakesTest, "config: begin and end are a few characters of ASCII") {
    constexpr const char* EXPECTED =
        "expected 1 to 4 ASCII characters, such as \"\\u0003\" or \"\\r\\n\", got '";
    for (const std::string value : {"", "12345", "\u00E9"}) {
        CHECK(of_listener("framing = 'delimited'\nend = '" + value + "'") ==
              Texts{std::string{"4:7: end: "} + EXPECTED + value + "'"});
        CHECK(of_listener("framing = 'delimited'\nbegin = '" + value + "'\nend = 'x'") ==
              Texts{std::string{"4:9: begin: "} + EXPECTED + value + "'"});
    }
    CHECK(of_listener("framing = 'delimited'\nend = 3") ==
          Texts{"4:7: end: expected a string, got 3"});
    for (const char* value : {R"("\u0000")", R"("\r\n\u001c\r")", "'~'"}) {
        CHECK(of_listener(std::string{"framing = 'delimited'\nend = "} + value) == Texts{});
    }
    CHECK(of_listener("framing = 'delimited'\nend = \"\\x03\"") ==
          Texts{"4:9: invalid TOML string: TOML has no \\x, write \"\\u0003\" for the byte 03"});
}

TEST_CASE_FIXTURE(ListenerMistakesTest, "config: neither delimiter may begin with the other") {
    for (const auto& [begin, end] : {std::pair{"a", "ab"}, {"ab", "a"}, {"a", "a"}}) {
        CHECK(of_listener("framing = 'delimited'\nend = '" + std::string{end} + "'\nbegin = '" +
                          begin + "'") ==
              Texts{"5:9: begin and end: neither may begin with the other"});
    }
    CHECK(of_listener("framing = 'delimited'\nbegin = 'ba'\nend = 'a'") == Texts{});
}

TEST_CASE_FIXTURE(ListenerMistakesTest, "config: some settings go with one framing alone") {
    CHECK(of_listener("begin = 'a'\nend = 'b'") ==
          Texts{"3:9: begin needs framing = \"delimited\", but framing is \"auto\"",
                "4:7: end needs framing = \"delimited\", but framing is \"auto\""});
    CHECK(of_listener("framing = 'counted'\nlength_bytes = 2\nlength_order = 'little'") ==
          Texts{"4:16: length_bytes needs framing = \"length\", but framing is \"counted\"",
                "5:16: length_order needs framing = \"length\", but framing is \"counted\""});
    CHECK(mistakes("framing = 'length'\n"
                   "[[listener]]\naddress = '[::]:1'\nlength_bytes = 2") == Texts{});
    // They cannot be set for all listeners at once.
    for (const std::string setting : {"begin", "end", "length_bytes", "length_order", "address"}) {
        CHECK(mistakes("sync = true\n" + setting + " = 'x'") ==
              Texts{"2:1: '" + setting + "' is a setting of a [[listener]]: move it below one"});
    }
}

TEST_CASE_FIXTURE(ListenerMistakesTest, "config: --framing decides which settings do nothing") {
    options.framing = "delimited";
    CHECK(of_listener("end = 'x'") == Texts{});
    CHECK(of_listener("framing = 'line'\nbegin = 'a'\nend = 'x'") == Texts{});
    CHECK(of_listener("end = 'x'\nlength_bytes = 2") ==
          Texts{"4:16: length_bytes needs framing = \"length\", but framing is \"delimited\""});
    // Settings for the file's own framing are not a mistake if the command line has another.
    CHECK(of_listener("framing = 'length'\nlength_bytes = 2\nend = 'x'") == Texts{});
    options.framing = "line";
    CHECK(of_listener("framing = 'delimited'") == Texts{});
    CHECK(of_listener("framing = 'delimited'\nbegin = 'a'\nend = 'b'") == Texts{});
    CHECK(of_listener("end = 'x'") ==
          Texts{"3:7: end needs framing = \"delimited\", but framing is \"line\""});
    options.listen = {"[::]:0"};
    CHECK(of_listener("end = 'x'") == Texts{});
}

TEST_CASE_FIXTURE(ListenerMistakesTest, "config: ack and nak go with replies = \"ack\" alone") {
    CHECK(of_listener("ack = 'a'\nnak = 'n'") ==
          Texts{"3:7: ack needs replies = \"ack\", but replies is \"text\"",
                "4:7: nak needs replies = \"ack\", but replies is \"text\""});
    CHECK(of_listener("nak = 'n'\nreplies = 'none'") ==
          Texts{"3:7: nak needs replies = \"ack\", but replies is \"none\""});
    CHECK(mistakes("replies = 'ack'\n[[listener]]\naddress = '[::]:1'\nack = 'a'") == Texts{});
    // As a default it is fine.
    CHECK(mistakes("ack = 'a'\n[[listener]]\naddress = '[::]:1'\nreplies = 'none'") == Texts{});
}

TEST_CASE_FIXTURE(ListenerMistakesTest, "config: lengths and their limit") {
    for (const auto& [value, got] : {std::pair{"0", "0"},
                                     {"3", "3"},
                                     {"8", "8"},
                                     {"-1", "-1"},
                                     {"2.0", "2"},
                                     {"'2'", "a string"}}) {
        CHECK(of_listener(std::string{"framing = 'length'\nlength_bytes = "} + value) ==
              Texts{std::string{"4:16: length_bytes: expected 1, 2 or 4, got "} + got});
    }
    for (const char* value : {"1", "2", "4"}) {
        CHECK(of_listener(std::string{"framing = 'length'\nlength_bytes = "} + value) == Texts{});
    }
    CHECK(of_listener("framing = 'length'\nlength_order = 'network'") ==
          Texts{"4:16: invalid length_order 'network': expected big or little"});
    for (const char* value : {"0", "1073741825", "-1"}) {
        CHECK(mistakes(std::string{"max_message = "} + value) ==
              Texts{std::string{"1:15: max_message: expected a whole number from 1 to 1073741824, "
                                "got "} +
                    value});
    }
    CHECK(of_listener("max_message = '1M'") ==
          Texts{"3:15: max_message: expected a whole number from 1 to 1073741824, got a string"});
    CHECK(of_listener("framing = 'counted'\nmax_message = 1073741824") == Texts{});
}

TEST_CASE_FIXTURE(ListenerMistakesTest, "config: replies, and which connections are recorded") {
    CHECK(of_listener("replies = 'off'") ==
          Texts{"3:11: invalid replies 'off': expected text, none or ack"});
    CHECK(of_listener("replies = false") == Texts{"3:11: replies: expected a string, got false"});
    for (const std::string setting : {"ack", "nak"}) {
        const std::string in_use = "replies = 'ack'\n" + setting;
        CHECK(of_listener(in_use + " = ''") ==
              Texts{"4:7: " + setting + ": expected 1 to 64 bytes, got 0"});
        CHECK(mistakes(in_use + " = '" + std::string(65, 'x') + "'") ==
              Texts{"2:7: " + setting + ": expected 1 to 64 bytes, got 65"});
        CHECK(of_listener(in_use + " = 6") ==
              Texts{"4:7: " + setting + ": expected a string, got 6"});
        CHECK(of_listener(in_use + " = '" + std::string(64, 'x') + "'") == Texts{});
    }
    CHECK(of_listener("record_connections = 'some'") ==
          Texts{"3:22: invalid record_connections 'some': expected all, used or none"});
    CHECK(of_listener("record_connections = false") ==
          Texts{"3:22: record_connections: expected a string, got false"});
    CHECK(of_listener("telnet = 'no'") ==
          Texts{"3:10: telnet: expected true or false, got a string"});
}
